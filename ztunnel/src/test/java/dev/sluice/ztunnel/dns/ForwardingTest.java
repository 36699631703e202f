package dev.sluice.ztunnel.dns;

import static dev.sluice.ztunnel.dns.Messages.A;
import static dev.sluice.ztunnel.dns.Messages.RESPONSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.ztunnel.dns.Messages.ResourceRecord;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ForwardingTest {

  private static final int TRUNCATED = 0x0200;
  private static final int AUTHORITATIVE = 0x0400;

  private DnsBed bed;

  @BeforeEach
  void start() throws IOException {
    bed = new DnsBed();
  }

  @AfterEach
  void stop() throws IOException {
    bed.close();
  }

  private static byte[] answer(byte[] query) {
    return Messages.reply(query, RESPONSE | AUTHORITATIVE, ResourceRecord.a(100, "192.0.2.1"));
  }

  private CompletableFuture<Messages.Read> later(byte[] query) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return bed.ask(query);
          } catch (IOException failed) {
            throw new AssertionError(failed);
          }
        },
        Thread::startVirtualThread);
  }

  @Test
  void an_unknown_name_is_answered_by_the_server_and_not_by_authority() throws IOException {
    bed.server.answer(query -> List.of(answer(query)));

    var answer = bed.ask(Messages.query(4_711, "Example.ORG", A));

    assertThat(answer.id()).isEqualTo(4_711);
    assertThat(answer.addresses()).containsExactly("192.0.2.1");
    assertThat(answer.isAuthoritative()).isFalse();
    assertThat(answer.answers().getFirst().name()).isEqualTo("Example.ORG.");
  }

  @Test
  void records_of_any_type_are_handed_on_byte_by_byte() throws IOException {
    // An MX whose host refers to the question's name loses its meaning when it is moved.
    byte[] exchange = {0, 10, 4, 'm', 'a', 'i', 'l', (byte) 0xc0, 12};
    bed.server.answer(query ->
        List.of(Messages.reply(query, RESPONSE, new ResourceRecord(Messages.MX, 60, exchange))));
    byte[] query = Messages.query(1, "example.org", Messages.MX);

    assertThat(bed.askBytes(query)).containsSequence(exchange);
    assertThat(bed.ask("api", Messages.MX).answers()).hasSize(1);
  }

  @Test
  void a_reply_that_does_not_answer_the_query_is_taken_for_a_forgery() throws IOException {
    bed.server.answer(query -> {
      byte[] wrongId = answer(query);
      wrongId[1] ^= 1;
      byte[] otherName = answer(Messages.query(id(query), "example.net", A));
      byte[] otherType = answer(Messages.query(id(query), "example.org", Messages.AAAA));
      byte[] noReply = answer(query);
      noReply[2] &= 0x7f;
      byte[] cut = Arrays.copyOf(answer(query), answer(query).length - 1);
      return List.of(wrongId, otherName, otherType, noReply, cut, new byte[3], answer(query));
    });

    assertThat(bed.ask("example.org", A).addresses()).containsExactly("192.0.2.1");
  }

  private static int id(byte[] query) {
    return (query[0] & 0xff) << 8 | (query[1] & 0xff);
  }

  @Test
  void whoever_is_not_the_server_is_not_heard() throws Exception {
    bed.server.answer(query -> List.of());
    try (var attacker = new DatagramSocket()) {
      var asked = later(Messages.query(1, "example.org", A));
      await().until(() -> !bed.server.heard().isEmpty());
      var heard = bed.server.heard().getFirst();
      byte[] forged = answer(heard.query());
      attacker.send(
          new DatagramPacket(
              forged, forged.length, InetAddress.getLoopbackAddress(), heard.port()));

      assertThat(asked.get(20, TimeUnit.SECONDS).code()).isEqualTo(Rcode.SERVER_FAILURE);
    }
  }

  @Test
  void every_question_has_an_identifier_and_a_port_of_its_own() throws IOException {
    bed.server.answer(query -> List.of(answer(query)));
    for (int i = 0; i < 20; i++) {
      bed.ask(Messages.query(1, "host-" + i + ".example.org", A));
    }

    assertThat(bed.server.heard()).hasSize(20);
    assertThat(bed.server.heard().stream().map(FakeServer.Heard::id).distinct().count())
        .isGreaterThan(15);
    assertThat(bed.server.heard().stream().map(FakeServer.Heard::port).distinct().count())
        .isGreaterThan(15);
    assertThat(bed.server.heard()).extracting(FakeServer.Heard::id).isNotEqualTo(ids(1));
  }

  private static List<Integer> ids(int id) {
    return Collections.nCopies(20, id);
  }

  @Test
  void an_answer_is_kept_as_long_as_it_says_and_grows_old_meanwhile() throws IOException {
    bed.server.answer(query -> List.of(answer(query)));
    bed.ask("example.org", A);

    bed.ahead.set(Duration.ofSeconds(60).toNanos());
    var kept = bed.ask("EXAMPLE.org", A);
    assertThat(kept.addresses()).containsExactly("192.0.2.1");
    assertThat(kept.answers().getFirst().ttl()).isBetween(38L, 40L);
    assertThat(bed.server.heard()).hasSize(1);

    bed.ahead.set(Duration.ofSeconds(101).toNanos());
    assertThat(bed.ask("example.org", A).answers().getFirst().ttl()).isEqualTo(100);
    assertThat(bed.server.heard()).hasSize(2);
  }

  @Test
  void that_there_is_nothing_is_kept_too_as_long_as_the_zone_says() throws IOException {
    bed.server.answer(query ->
        List.of(
            Messages.reply(
                query,
                RESPONSE | Rcode.NAME_ERROR,
                List.of(),
                List.of(ResourceRecord.soa(3_600, 20)))));

    assertThat(bed.ask("example.org", A).code()).isEqualTo(Rcode.NAME_ERROR);
    assertThat(bed.ask("example.org", A).code()).isEqualTo(Rcode.NAME_ERROR);
    assertThat(bed.server.heard()).hasSize(1);

    bed.ahead.set(Duration.ofSeconds(21).toNanos());
    bed.ask("example.org", A);
    assertThat(bed.server.heard()).hasSize(2);
  }

  @Test
  void a_failure_is_never_kept_and_queries_that_differ_share_nothing() throws IOException {
    bed.server.answer(query -> List.of(Messages.reply(query, RESPONSE | Rcode.SERVER_FAILURE)));
    assertThat(bed.ask("example.org", A).code()).isEqualTo(Rcode.SERVER_FAILURE);

    bed.server.answer(query -> List.of(answer(query)));
    assertThat(bed.ask("example.org", A).code()).isZero();
    int before = bed.server.heard().size();
    bed.ask(Messages.extended(1, "example.org", A, 1_000));
    assertThat(bed.server.heard()).hasSize(before + 1);
  }

  @Test
  void a_truncated_reply_is_fetched_again_by_stream() throws IOException {
    ResourceRecord[] many =
        IntStream.range(1, 60)
            .mapToObj(i -> ResourceRecord.a(60, "192.0.2." + i))
            .toArray(ResourceRecord[]::new);
    bed.server.answer(query -> List.of(Messages.reply(query, RESPONSE | TRUNCATED)));
    bed.server.answerStreams(query -> List.of(Messages.reply(query, RESPONSE, many)));
    byte[] query = Messages.query(5, "large.example.org", A);

    var cut = bed.ask(query);
    assertThat(cut.isTruncated()).isTrue();
    assertThat(cut.answers()).isEmpty();
    assertThat(bed.askByStream(query).addresses()).hasSize(59);
    assertThat(bed.server.heard())
        .extracting(FakeServer.Heard::protocol)
        .containsExactly("udp", "tcp");
  }

  @Test
  void a_server_that_takes_no_streams_leaves_what_it_said_first() throws IOException {
    bed.server.answer(query -> List.of(Messages.reply(query, RESPONSE | TRUNCATED)));
    bed.server.answerStreams(_ -> List.of());

    assertThat(bed.ask("large.example.org", A).isTruncated()).isTrue();
  }

  @Test
  void a_silent_server_is_asked_twice_and_then_given_up() throws IOException {
    long since = System.nanoTime();
    assertThat(bed.ask("example.org", A).code()).isEqualTo(Rcode.SERVER_FAILURE);

    assertThat(bed.server.heard()).hasSize(2);
    assertThat(Duration.ofNanos(System.nanoTime() - since))
        .isBetween(DnsBed.ATTEMPT.multipliedBy(2), Duration.ofSeconds(5));
    assertThat(bed.scraped()).contains("istio_dns_upstream_failures_total{");
  }

  @Test
  void servers_that_fail_refuse_or_are_not_there_leave_it_to_the_next() throws IOException {
    try (var failing = new FakeServer("127.0.0.1")) {
      failing.answer(query -> List.of(Messages.reply(query, RESPONSE | Rcode.REFUSED)));
      var nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
      try (var several = new DnsBed(List.of(nobody, failing.address()))) {
        several.server.answer(query -> List.of(answer(query)));

        assertThat(several.ask("example.org", A).addresses()).containsExactly("192.0.2.1");
        assertThat(failing.heard()).hasSize(1);
      }
    }
  }

  @Test
  void many_who_ask_the_same_are_answered_by_one_question() throws Exception {
    var latch = new CountDownLatch(1);
    bed.server.answer(query -> {
      try {
        latch.await();
      } catch (InterruptedException stopped) {
        throw new AssertionError(stopped);
      }
      return List.of(answer(query));
    });
    var asked = new ArrayList<CompletableFuture<Messages.Read>>();
    for (int i = 0; i < 50; i++) {
      asked.add(later(Messages.query(i, "example.org", A)));
    }
    await().until(() -> !bed.server.heard().isEmpty());
    latch.countDown();

    for (int i = 0; i < 50; i++) {
      assertThat(asked.get(i).get(20, TimeUnit.SECONDS).id()).isEqualTo(i);
    }
    assertThat(bed.server.heard()).hasSizeLessThan(5);
  }

  @Test
  void a_workload_that_asks_too_much_at_once_is_told_so_at_once() throws Exception {
    int streams = Forwarder.MOST_QUESTIONS / StreamHandler.MOST_QUERIES + 2;
    var sockets = new ArrayList<Socket>();
    for (int i = 0; i < streams; i++) {
      Socket socket = bed.stream();
      sockets.add(socket);
      for (int j = 0; j < StreamHandler.MOST_QUERIES; j++) {
        DnsBed.send(socket, Messages.query(j, "host-" + i + "-" + j + ".example.org", A));
      }
    }
    for (Socket socket : sockets) {
      for (int j = 0; j < StreamHandler.MOST_QUERIES; j++) {
        assertThat(DnsBed.receive(socket).code()).isEqualTo(Rcode.SERVER_FAILURE);
      }
      socket.close();
    }
    var names =
        bed.server.heard().stream()
            .map(heard -> new String(heard.query(), 12, 20, StandardCharsets.ISO_8859_1));
    assertThat(names.distinct().count()).isBetween(1L, (long) Forwarder.MOST_QUESTIONS);
    // The mesh answers all the while.
    assertThat(bed.ask("api", A).addresses()).containsExactly("10.96.0.10");
  }

  @Test
  void several_queries_on_one_stream_are_answered_as_each_is_ready() throws IOException {
    bed.server.answer(query -> List.of(answer(query)));
    try (var socket = bed.stream()) {
      DnsBed.send(socket, Messages.query(1, "slow.example.org", A));
      DnsBed.send(socket, Messages.query(2, "api", A));
      socket.shutdownOutput();

      var ids = List.of(DnsBed.receive(socket).id(), DnsBed.receive(socket).id());
      assertThat(ids).containsExactlyInAnyOrder(1, 2);
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void what_is_no_query_is_refused_or_ignored_and_ends_a_stream() throws IOException {
    byte[] status = Messages.bytes(Messages.header(3, 0x1000, 0, 0, 0, 0));
    assertThat(bed.ask(status).code()).isEqualTo(Rcode.NOT_IMPLEMENTED);
    byte[] twoQuestions = Messages.query(3, "api", A);
    twoQuestions[5] = 2;
    assertThat(bed.ask(twoQuestions).code()).isEqualTo(Rcode.FORMAT_ERROR);
    byte[] laterVersion = Messages.extended(3, "api", A, 1_000);
    laterVersion[laterVersion.length - 5] = 1;
    var refused = bed.ask(laterVersion);
    assertThat(refused.additional().getFirst().ttl() >> 24).isEqualTo(1);

    try (var socket = bed.stream()) {
      DnsBed.send(socket, Messages.reply(Messages.query(1, "api", A), RESPONSE));
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }
}
