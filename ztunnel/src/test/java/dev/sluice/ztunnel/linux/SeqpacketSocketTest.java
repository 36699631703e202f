package dev.sluice.ztunnel.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ztunnel.linux.SeqpacketSocket.Connected;
import dev.sluice.ztunnel.linux.SeqpacketSocket.Received;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class SeqpacketSocketTest {

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  @TempDir Path dir;
  private SeqpacketListener listener;
  private SeqpacketSocket here;
  private SeqpacketSocket there;

  @BeforeEach
  void connect() {
    listener = new SeqpacketListener(dir.resolve("s"));
    here = open(SeqpacketSocket.connect(dir.resolve("s"), PATIENCE));
    there = listener.accept();
  }

  @AfterEach
  void close() {
    here.close();
    there.close();
    listener.close();
  }

  private static SeqpacketSocket open(Connected connected) {
    return switch (connected) {
      case Connected.Open(var socket) -> socket;
      case Connected.Failed(var failure) -> throw new AssertionError(failure);
    };
  }

  private static Received.Packet packet(Received received) {
    if (received instanceof Received.Packet packet) {
      return packet;
    }
    throw new AssertionError(received);
  }

  @Test
  void packets_keep_their_borders() {
    assertThat(there.send(new byte[] {1, 2}, List.of())).isEmpty();
    assertThat(there.send(new byte[] {3}, List.of())).isEmpty();

    assertThat(packet(here.receive(10)).bytes()).containsExactly(1, 2);
    assertThat(packet(here.receive(10)).bytes()).containsExactly(3);
  }

  @Test
  void a_descriptor_arrives_as_one_of_our_own() {
    try (var namespace = TestNamespaces.own()) {
      assertThat(there.send(new byte[] {1}, List.of(namespace.descriptor()))).isEmpty();

      var received = packet(here.receive(10));

      assertThat(received.descriptors()).hasSize(1).doesNotContain(namespace.descriptor());
      var opened = NetworkNamespace.ofDescriptor(received.descriptors().getFirst());
      assertThat(opened).isInstanceOf(NetworkNamespace.Opened.Open.class);
      try (var same = ((NetworkNamespace.Opened.Open) opened).namespace()) {
        assertThat(same.identity()).isEqualTo(namespace.identity());
      }
    }
  }

  @Test
  void a_packet_longer_than_the_room_is_thrown_away_with_its_descriptors() {
    long before = TestNamespaces.held();
    try (var namespace = TestNamespaces.own()) {
      there.send(new byte[11], List.of(namespace.descriptor()));
      there.send(new byte[10], List.of());

      assertThat(here.receive(10))
          .isEqualTo(new Received.Oversized("a packet of more than 10 bytes"));
      assertThat(packet(here.receive(10)).bytes()).hasSize(10);
    }
    assertThat(TestNamespaces.held()).isEqualTo(before);
  }

  @Test
  void a_packet_with_more_descriptors_than_there_is_room_for_leaves_none_open() {
    long before = TestNamespaces.held();
    try (var namespace = TestNamespaces.own()) {
      var many = Collections.nCopies(SeqpacketSocket.MOST_DESCRIPTORS + 1, namespace.descriptor());
      assertThat(there.send(new byte[] {1}, many)).isEmpty();

      assertThat(here.receive(10))
          .isEqualTo(new Received.Oversized("a packet with more than 4 descriptors"));
    }
    assertThat(TestNamespaces.held()).isEqualTo(before);
  }

  @Test
  void the_end_of_the_other_side_is_an_end() {
    there.send(new byte[] {1}, List.of());
    there.close();

    assertThat(packet(here.receive(10)).bytes()).containsExactly(1);
    assertThat(here.receive(10)).isEqualTo(new Received.End());
    assertThat(here.send(new byte[] {1}, List.of()))
        .hasValueSatisfying(failure -> assertThat(failure.errno()).isEqualTo(Errno.EPIPE));
  }

  @Test
  void shutting_down_wakes_whoever_receives() throws Exception {
    var received =
        CompletableFuture.supplyAsync(() -> here.receive(10), Thread::startVirtualThread);

    here.shutdown();

    assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo(new Received.End());
  }

  @Test
  void a_peer_that_does_not_read_holds_up_a_send_no_longer_than_our_patience() {
    Optional<SystemFailure> failure = Optional.empty();
    for (int sent = 0; failure.isEmpty() && sent < 100_000; sent++) {
      failure = here.send(new byte[1_000], List.of());
    }

    assertThat(failure)
        .hasValueSatisfying(late -> assertThat(late.errno()).isEqualTo(Errno.EAGAIN));
  }

  @Test
  void nobody_there_and_streams_instead_of_packets_are_failures_with_a_reason() throws Exception {
    try (var streams = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      streams.bind(UnixDomainSocketAddress.of(dir.resolve("streams")));

      assertThat(message(dir.resolve("streams"))).contains("connect to").contains("failed: ");
    }
    assertThat(message(dir.resolve("nobody"))).contains("ENOENT");
    assertThat(message(dir.resolve("x".repeat(108)))).contains("connect to");
  }

  private static String message(Path path) {
    return switch (SeqpacketSocket.connect(path, PATIENCE)) {
      case Connected.Open(var socket) -> throw new AssertionError(socket);
      case Connected.Failed(var failure) -> failure.message();
    };
  }
}
