package dev.sluice.runtime.hbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.identity.SpiffeId;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HbonePoolTest {

  private static final HboneSettings DEFAULTS = HboneSettings.defaults();

  private Rig rig = new Rig();

  @AfterEach
  void stop() {
    rig.close();
  }

  private void settings(HboneSettings settings) {
    rig.close();
    rig = new Rig(settings);
  }

  private static void accept(IncomingTunnel tunnel) {
    tunnel.accept(Map.of());
    tunnel.channel().config().setAutoRead(true);
  }

  private Set<InetSocketAddress> connections() {
    return rig.tunnels.stream().map(IncomingTunnel::remote).collect(Collectors.toSet());
  }

  private List<Channel> open(HboneTarget target, int count) throws Exception {
    List<Future<Channel>> openings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      openings.add(rig.start(target));
    }
    List<Channel> tunnels = new ArrayList<>();
    for (Future<Channel> opening : openings) {
      tunnels.add(Rig.get(opening));
    }
    return tunnels;
  }

  @Test
  void tunnels_opened_at_once_share_one_connection() throws Exception {
    HboneServer server = rig.serve(HbonePoolTest::accept);

    open(rig.target(server.address()), 100);

    assertThat(rig.tunnels).hasSize(100);
    assertThat(connections()).hasSize(1);
  }

  @Test
  void a_full_connection_is_joined_by_another_and_returns_when_a_tunnel_ends() throws Exception {
    settings(DEFAULTS.withPool(DEFAULTS.pool().withStreamsPerConnection(2)));
    HboneServer server = rig.serve(HbonePoolTest::accept);
    HboneTarget target = rig.target(server.address());

    List<Channel> tunnels = open(target, 4);
    assertThat(connections()).hasSize(2);

    for (Channel tunnel : tunnels) {
      tunnel.close().sync();
      open(target, 1);
    }
    assertThat(connections()).hasSize(2);
    assertThat(rig.tunnels).hasSize(8);
  }

  @Test
  void the_peers_limit_of_streams_is_kept() throws Exception {
    HboneServer server =
        rig.serve(
            DEFAULTS.withHttp2(DEFAULTS.http2().withMaxConcurrentStreams(2)),
            HbonePoolTest::accept);

    open(rig.target(server.address()), 7);

    Map<InetSocketAddress, Long> perConnection =
        rig.tunnels.stream()
            .collect(Collectors.groupingBy(IncomingTunnel::remote, Collectors.counting()));
    assertThat(perConnection).hasSizeGreaterThanOrEqualTo(4);
    assertThat(perConnection.values()).allMatch(count -> count <= 2);
  }

  @Test
  void waiting_is_bounded_and_ends_when_a_tunnel_does() throws Exception {
    settings(
        DEFAULTS.withPool(
            DEFAULTS
                .pool()
                .withStreamsPerConnection(1)
                .withConnectionsPerTarget(1)
                .withWaitersPerTarget(1)));
    HboneServer server = rig.serve(HbonePoolTest::accept);
    HboneTarget target = rig.target(server.address());
    Channel first = rig.open(target);

    Future<Channel> second = rig.start(target);
    assertThat(rig.failure(target)).isInstanceOf(TunnelFailure.PoolExhausted.class);
    assertThat(second.isDone()).isFalse();

    first.close().sync();
    assertThat(Rig.get(second).isActive()).isTrue();
    assertThat(connections()).hasSize(1);
  }

  @Test
  void another_identity_or_source_is_another_connection() throws Exception {
    HboneServer server = rig.serve(HbonePoolTest::accept);
    SpiffeId more = rig.authority.id("shop", "more");
    InetAddress source = InetAddress.getByAddress(new byte[] {127, 0, 0, 9});

    rig.open(rig.target(server.address()));
    rig.open(rig.target(server.address(), source));
    rig.open(new HboneTarget(server.address(), Set.of(rig.apiId, more), null, rig.web));

    assertThat(connections()).hasSize(3);
  }

  @Test
  void an_unused_connection_is_released() throws Exception {
    settings(DEFAULTS.withPool(DEFAULTS.pool().withUnused(Duration.ofMillis(100))));
    HboneServer server = rig.serve(HbonePoolTest::accept);
    Channel tunnel = rig.open(rig.target(server.address()));
    Channel connection = rig.tunnels.element().channel().parent();
    assertThat(connection.isActive()).isTrue();

    tunnel.close();

    await().until(() -> !connection.isActive());
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 503})
  void the_client_sees_the_status_of_a_refusal(int status) throws Exception {
    HboneServer server = rig.serve(tunnel -> tunnel.refuse(status, "DENY"));

    assertThat(rig.failure(rig.target(server.address())))
        .isEqualTo(new TunnelFailure.Refused(status));
    // The connection is fine: only the tunnel was refused.
    rig.failure(rig.target(server.address()));
    assertThat(connections()).hasSize(1);
  }

  @Test
  void a_tunnel_nobody_could_decide_on_is_refused() throws Exception {
    HboneServer server =
        rig.serve(tunnel -> {
          throw new IllegalStateException("bug");
        });

    assertThat(rig.failure(rig.target(server.address()))).isEqualTo(new TunnelFailure.Refused(503));
  }

  @Test
  void everybody_waiting_shares_the_failure_to_connect() throws Exception {
    InetSocketAddress nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = (InetSocketAddress) socket.getLocalSocketAddress();
    }
    Future<Channel> other = rig.start(rig.target(nobody));

    assertThat(rig.failure(rig.target(nobody)))
        .isInstanceOfSatisfying(
            TunnelFailure.ConnectFailed.class,
            failed -> assertThat(failed.reason()).contains("refused"));
    assertThat(other.await(5000)).isTrue();
    assertThat(other.cause()).isInstanceOf(TunnelException.class);
  }

  @Test
  void a_source_address_that_is_not_ours_fails_to_connect() throws Exception {
    HboneServer server = rig.serve(HbonePoolTest::accept);
    InetAddress foreign = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});

    assertThat(rig.failure(rig.target(server.address(), foreign)))
        .isInstanceOf(TunnelFailure.ConnectFailed.class);
  }

  @Test
  void a_peer_that_does_not_speak_tls_times_out() throws Exception {
    settings(DEFAULTS.withTimeouts(DEFAULTS.timeouts().withHandshake(Duration.ofMillis(200))));
    try (App silent = new App()) {
      assertThat(rig.failure(rig.target(silent.address())))
          .isInstanceOf(TunnelFailure.HandshakeFailed.class);
    }
  }

  @Test
  void a_peer_that_does_not_answer_times_out() throws Exception {
    settings(DEFAULTS.withTimeouts(DEFAULTS.timeouts().withResponse(Duration.ofMillis(200))));
    HboneServer server = rig.serve(tunnel -> {});

    assertThat(rig.failure(rig.target(server.address())))
        .isEqualTo(new TunnelFailure.ResponseTimedOut(server.address()));
    await().until(() -> !rig.tunnels.element().channel().isActive());
  }

  @Test
  void a_connection_lost_before_the_answer_fails_the_tunnel() throws Exception {
    HboneServer server = rig.serve(tunnel -> tunnel.channel().parent().close());

    assertThat(rig.failure(rig.target(server.address())))
        .isInstanceOf(TunnelFailure.ConnectionLost.class);
  }

  @Test
  void a_peer_that_stops_answering_pings_is_given_up() throws Exception {
    settings(
        DEFAULTS.withTimeouts(
            DEFAULTS.timeouts().withPing(Duration.ofMillis(50), Duration.ofMillis(300))));
    HboneServer server = rig.serve(DEFAULTS, HbonePoolTest::accept);
    try (Valve valve = new Valve(server.address())) {
      Channel tunnel = rig.open(rig.target(valve.address()));
      await().pollDelay(Duration.ofMillis(600)).until(tunnel::isActive);

      valve.shut();

      await().until(() -> !tunnel.isActive());
    }
  }

  @Test
  void a_closed_pool_opens_nothing_and_closes_what_is_open() throws Exception {
    HboneServer server = rig.serve(HbonePoolTest::accept);
    Channel tunnel = rig.open(rig.target(server.address()));

    rig.pool.close();

    await().until(() -> !tunnel.isActive());
    assertThat(rig.failure(rig.target(server.address())))
        .isInstanceOf(TunnelFailure.PoolExhausted.class);
  }

  @Test
  void an_address_that_belongs_to_another_now_is_dialled_anew() throws Exception {
    HboneServer server = rig.serve(HbonePoolTest::accept);
    HboneTarget target = rig.target(server.address());
    Channel first = rig.open(target);

    rig.pool.forget(Set.of(server.address().getAddress()));
    rig.open(target);

    assertThat(connections()).hasSize(2);
    assertThat(first.isActive()).as("what is open goes on").isTrue();
    first.close().sync();
    await().until(() -> !first.parent().isActive());
  }

  @Test
  void a_new_peer_at_a_known_address_is_met_by_its_own_identity_only() throws Exception {
    HboneServer before = rig.serve(HbonePoolTest::accept);
    InetSocketAddress address = before.address();
    rig.open(rig.target(address));
    before.close();
    var web = rig.authority.certificate("shop", "web");
    await().until(() -> rig.serveAs(web, address, HbonePoolTest::accept).isPresent());

    assertThat(rig.failure(rig.target(address))).isInstanceOf(TunnelFailure.WrongIdentity.class);
    HboneTarget target = new HboneTarget(address, Set.of(web.id()), null, rig.web);
    assertThat(rig.open(target).isActive()).isTrue();
  }

  private static boolean isRefused(InetSocketAddress address) throws IOException {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      return !socket.isConnected();
    } catch (ConnectException refused) {
      return true;
    }
  }

  @Test
  void a_drained_server_serves_what_is_open_and_nothing_else() throws Exception {
    try (App app = App.echo()) {
      HboneServer server = rig.serve(rig.relayTo(app.address()));
      InetSocketAddress capture = rig.capture(rig.target(server.address()));
      try (var client = rig.connect(capture)) {
        client.getOutputStream().write(1);
        assertThat(client.getInputStream().read()).isEqualTo(1);
        Channel connection = rig.tunnels.element().channel().parent();

        Future<Void> drained = server.drain();
        await().pollInterval(Duration.ofMillis(300)).until(() -> isRefused(server.address()));

        assertThat(rig.failure(rig.target(server.address())))
            .isInstanceOf(TunnelFailure.ConnectFailed.class);
        await().pollDelay(Duration.ofMillis(300)).until(connection::isActive);
        client.getOutputStream().write(2);
        assertThat(client.getInputStream().read()).isEqualTo(2);
        assertThat(drained.isDone()).isFalse();

        client.shutdownOutput();
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThat(drained.await(5000)).isTrue();
        assertThat(connection.isActive()).isFalse();
      }
    }
  }
}
