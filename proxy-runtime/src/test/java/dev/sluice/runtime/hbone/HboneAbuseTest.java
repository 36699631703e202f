package dev.sluice.runtime.hbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a hostile peer with a certificate of the mesh can do to the HBONE port, while another
/// tenant of the same event loops is served.
class HboneAbuseTest {

  private static final int MEBIBYTE = 1 << 20;
  private static final int ENHANCE_YOUR_CALM = 11;
  private static final HboneSettings DEFAULTS = HboneSettings.defaults();

  private Rig rig;
  private App echo;
  private Tenant tenant;
  private InetSocketAddress attacked;
  private long usedBefore;

  @BeforeEach
  void start() throws IOException {
    start(DEFAULTS);
  }

  private void start(HboneSettings settings) throws IOException {
    rig = new Rig(settings);
    echo = App.echo();
    HboneServer other = rig.serve(rig.relayTo(echo.address()));
    attacked = rig.serve(rig.relayTo(echo.address())).address();
    tenant = new Tenant(rig.capture(rig.target(other.address())));
    usedBefore = PlatformDependent.usedDirectMemory();
  }

  @AfterEach
  void stop() throws Exception {
    tenant.close();
    echo.close();
    rig.close();
  }

  private void restart(HboneSettings settings) throws Exception {
    stop();
    start(settings);
  }

  private RawPeer peer() throws IOException {
    return RawPeer.open(attacked, rig.web);
  }

  private void assertMemoryBelow(int mebibytes) {
    assertThat(PlatformDependent.usedDirectMemory() - usedBefore)
        .as("direct memory")
        .isLessThan((long) mebibytes * MEBIBYTE);
  }

  /// Sends until the other end hangs up; fails when it takes `most` frames.
  private static void flood(RawPeer peer, int most, byte[] frames) throws IOException {
    try {
      for (int i = 0; i < most; i++) {
        peer.raw(frames);
      }
    } catch (SocketException hungUp) {
      return;
    } catch (javax.net.ssl.SSLException hungUp) {
      return;
    }
    peer.errorAtEnd();
  }

  @Test
  void a_flood_of_pings_ends_the_connection() throws Exception {
    try (RawPeer peer = peer()) {
      byte[] ping = RawPeer.frame(RawPeer.PING, RawPeer.NO_FLAGS, 0, new byte[8]);
      for (int i = 0; i < DEFAULTS.limits().controlFrames() + 10; i++) {
        peer.raw(ping);
      }
      assertThat(peer.errorAtEnd()).isEqualTo(ENHANCE_YOUR_CALM);
    }
    tenant.assertUnharmed();
  }

  @Test
  void a_flood_of_pings_whose_answers_nobody_reads_is_bounded() throws Exception {
    try (RawPeer peer = peer()) {
      byte[] ping = RawPeer.frame(RawPeer.PING, RawPeer.NO_FLAGS, 0, new byte[8]);
      flood(peer, 1_000_000, ping);
    }
    tenant.assertUnharmed();
    assertMemoryBelow(32);
  }

  @Test
  void a_flood_of_settings_ends_the_connection() throws Exception {
    try (RawPeer peer = peer()) {
      byte[] settings =
          RawPeer.frame(RawPeer.SETTINGS, RawPeer.NO_FLAGS, 0, RawPeer.setting(4, 65_535));
      for (int i = 0; i < DEFAULTS.limits().controlFrames() + 10; i++) {
        peer.raw(settings);
      }
      assertThat(peer.errorAtEnd()).isEqualTo(ENHANCE_YOUR_CALM);
    }
    tenant.assertUnharmed();
  }

  /// CVE-2023-44487.
  @Test
  void a_rapid_reset_ends_the_connection_after_few_dials() throws Exception {
    restart(DEFAULTS);
    int limit = DEFAULTS.limits().abandonedTunnels();
    try (RawPeer peer = peer()) {
      byte[] cancel = RawPeer.number(8);
      for (int stream = 1; stream < 4 * limit * 2; stream += 2) {
        peer.raw(
            RawPeer.join(
                RawPeer.frame(RawPeer.HEADERS, RawPeer.END_HEADERS, stream, RawPeer.CONNECT),
                RawPeer.frame(RawPeer.RST_STREAM, RawPeer.NO_FLAGS, stream, cancel)));
      }
      assertThat(peer.errorAtEnd()).isEqualTo(ENHANCE_YOUR_CALM);
    } catch (SocketException | javax.net.ssl.SSLException hungUp) {
      assertThat(hungUp).isNotNull();
    }
    tenant.assertUnharmed();
  }

  /// CVE-2024-27316 and its kin.
  @Test
  void a_flood_of_continuations_ends_the_connection_before_it_fills_memory() throws Exception {
    try (RawPeer peer = peer()) {
      peer.send(RawPeer.HEADERS, RawPeer.NO_FLAGS, 1, RawPeer.block(":method", "CONNECT"));
      byte[] more = RawPeer.block("x-fill", "y".repeat(8_000));
      byte[] frame = RawPeer.frame(RawPeer.CONTINUATION, RawPeer.NO_FLAGS, 1, more);
      flood(peer, 100_000, frame);
    }
    tenant.assertUnharmed();
    assertMemoryBelow(32);
  }

  @Test
  void a_flood_of_tiny_continuations_ends_the_connection() throws Exception {
    try (RawPeer peer = peer()) {
      peer.send(RawPeer.HEADERS, RawPeer.NO_FLAGS, 1, RawPeer.block(":method", "CONNECT"));
      byte[] frame = RawPeer.frame(RawPeer.CONTINUATION, RawPeer.NO_FLAGS, 1);
      flood(peer, 100_000, frame);
    }
    tenant.assertUnharmed();
  }

  /// One large entry of the dynamic table, referred to by a byte each time: 4 KB become 40 MB.
  @Test
  void a_header_bomb_is_refused_without_being_unpacked() throws Exception {
    try (RawPeer peer = peer()) {
      byte[] references = new byte[10_000];
      java.util.Arrays.fill(references, (byte) 0xbe);
      byte[] bomb =
          RawPeer.join(RawPeer.CONNECT, RawPeer.indexed("x-bomb", "y".repeat(3_900)), references);
      peer.send(RawPeer.HEADERS, RawPeer.END_HEADERS, 1, bomb);
      RawPeer.Frame answer = peer.read(RawPeer.HEADERS);
      assertThat(answer.flags() & RawPeer.END_STREAM).isEqualTo(RawPeer.END_STREAM);
      assertThat(peer.isServed()).isTrue();
    }
    tenant.assertUnharmed();
    assertMemoryBelow(32);
  }

  @Test
  void headers_within_64_kib_are_served() throws Exception {
    try (RawPeer peer = peer()) {
      byte[] head = RawPeer.join(RawPeer.CONNECT, RawPeer.block("baggage", "y".repeat(15_000)));
      byte[] more = RawPeer.block("x-more", "y".repeat(16_000));
      peer.send(RawPeer.HEADERS, RawPeer.NO_FLAGS, 1, head);
      peer.send(RawPeer.CONTINUATION, RawPeer.NO_FLAGS, 1, more);
      peer.send(RawPeer.CONTINUATION, RawPeer.END_HEADERS, 1, more);
      assertThat(peer.read(RawPeer.HEADERS).stream()).isEqualTo(1);
      peer.send(RawPeer.DATA, RawPeer.NO_FLAGS, 1, (byte) 9);
      assertThat(peer.read(RawPeer.DATA).payload()).containsExactly(9);
    }
  }

  /// The peer's window is shut while its application is sent as much as it asks for.
  @Test
  void a_window_that_stays_shut_bounds_what_waits_for_it() throws Exception {
    try (App flood = new App(HboneAbuseTest::sendForever)) {
      InetSocketAddress server = rig.serve(rig.relayTo(flood.address())).address();
      int tunnels = 100;
      try (RawPeer peer = RawPeer.secure(server, rig.web)) {
        peer.preface();
        peer.send(RawPeer.SETTINGS, RawPeer.NO_FLAGS, 0, RawPeer.setting(4, 0));
        for (int i = 0; i < tunnels; i++) {
          peer.connect(1 + 2 * i);
        }
        await().until(() -> rig.tunnels.size() > tunnels);
        tenant.assertUnharmed();
        await().during(Duration.ofMillis(500)).until(() -> true);
        assertMemoryBelow(64);
      }
    }
  }

  private static void sendForever(Socket socket) throws IOException {
    byte[] block = new byte[64 << 10];
    while (true) {
      socket.getOutputStream().write(block);
    }
  }

  @Test
  void connections_that_say_nothing_are_bounded_per_peer_and_end() throws Exception {
    restart(
        DEFAULTS
            .withTimeouts(DEFAULTS.timeouts().withHandshake(Duration.ofMillis(800)))
            .withLimits(DEFAULTS.limits().withHandshakes(200, 20)));
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Socket socket = new Socket(attacked.getAddress(), attacked.getPort());
      socket.setSoTimeout(5_000);
      if (i % 2 == 0) {
        // The beginning of a ClientHello.
        socket.getOutputStream().write(new byte[] {22, 3, 1});
      }
      sockets.add(socket);
    }
    long start = System.nanoTime();
    tenant.assertUnharmed();

    int atOnce = 0;
    for (Socket socket : sockets) {
      assertThat(isEnded(socket)).isTrue();
      atOnce += System.nanoTime() - start < Duration.ofMillis(500).toNanos() ? 1 : 0;
      socket.close();
    }
    assertThat(atOnce).as("beyond the share of one address").isLessThanOrEqualTo(100);
    // Their places are free again.
    try (RawPeer peer = peer()) {
      assertThat(peer.isServed()).isTrue();
    }
  }

  private static boolean isEnded(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException reset) {
      return true;
    } catch (IOException open) {
      return false;
    }
  }

  @Test
  void one_address_has_no_more_than_its_share_of_connections() throws Exception {
    restart(DEFAULTS.withLimits(DEFAULTS.limits().withConnections(1_000, 5)));
    List<RawPeer> peers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      RawPeer peer = peer();
      assertThat(peer.isServed()).isTrue();
      peers.add(peer);
    }

    assertThat(isRefused()).isTrue();

    peers.removeLast().close();
    await().until(() -> !isRefused());
    for (RawPeer peer : peers) {
      assertThat(peer.isServed()).isTrue();
      peer.close();
    }
    tenant.assertUnharmed();
  }

  private boolean isRefused() {
    try (RawPeer peer = peer()) {
      return !peer.isServed();
    } catch (IOException refused) {
      return true;
    }
  }
}
