package dev.sluice.ztunnel.zds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.schemas.zds.AddWorkload;
import dev.sluice.schemas.zds.SnapshotSent;
import dev.sluice.schemas.zds.WorkloadRequest;
import dev.sluice.ztunnel.linux.Descriptors;
import dev.sluice.ztunnel.linux.TestNamespaces;
import dev.sluice.ztunnel.workload.FakeCapture;
import dev.sluice.ztunnel.workload.Pods;
import dev.sluice.ztunnel.zds.wire.ZdsCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AgentLinkTest {

  private static final String UNKNOWN = "the node's agent has not said which pods there are";

  @TempDir Path dir;
  private final FakeCapture capture = new FakeCapture();
  private volatile List<String> missing = List.of();
  private long heldBefore;
  private FakeAgent agent;
  private Pods pods;
  private AgentLink link;

  @BeforeEach
  void start() {
    heldBefore = TestNamespaces.held();
    agent = new FakeAgent(dir.resolve("zds.sock"));
    pods =
        Pods.start(
            capture,
            Duration.ofMillis(1),
            new Pods.Listener() {
              @Override
              public void changed() {}

              @Override
              public void missing(List<String> problems) {
                missing = problems;
              }
            });
    link = AgentLink.start(dir.resolve("zds.sock"), pods);
  }

  @AfterEach
  void every_descriptor_is_closed_in_the_end() {
    link.close();
    pods.close();
    agent.close();
    await().untilAsserted(() -> assertThat(TestNamespaces.held()).isEqualTo(heldBefore));
  }

  private List<String> served() {
    return pods.states().stream().map(state -> state.pod().name()).toList();
  }

  @Test
  void pods_are_captured_before_they_are_acknowledged_and_a_snapshot_makes_ready() {
    try (var line = agent.accept()) {
      assertThat(line.add("u1", "web")).isEmpty();
      assertThat(capture.log()).hasSize(1);
      assertThat(missing).containsExactly(UNKNOWN);

      assertThat(line.snapshotSent()).isEmpty();
      assertThat(missing).isEmpty();

      assertThat(line.add("u2", "api")).isEmpty();
      assertThat(line.delete("u1")).isEmpty();
      assertThat(line.delete("never-heard-of")).isEmpty();
      assertThat(served()).containsExactly("api");
    }
  }

  @Test
  void a_pod_that_cannot_be_captured_is_answered_with_the_reason_and_the_line_goes_on() {
    capture.fail("web", "cannot listen on 15008: address already in use");
    try (var line = agent.accept()) {
      assertThat(line.snapshotSent()).isEmpty();

      assertThat(line.add("u1", "web")).contains("15008");
      assertThat(missing).singleElement().asString().contains("shop/web").contains("15008");

      capture.heal("web");
      assertThat(line.add("u1", "web")).isEmpty();
      assertThat(missing).isEmpty();
    }
  }

  @Test
  void pods_survive_the_agent_and_the_next_snapshot_says_which_of_them_are_left() {
    try (var line = agent.accept()) {
      line.add("u1", "kept");
      line.add("u2", "again");
      line.add("u3", "gone");
      line.snapshotSent();
    }
    await().untilAsserted(() -> assertThat(missing).containsExactly(UNKNOWN));
    assertThat(served()).containsExactly("again", "gone", "kept");

    try (var line = agent.accept()) {
      assertThat(line.keep("u1")).isEmpty();
      assertThat(line.add("u2", "again")).isEmpty();
      assertThat(served()).contains("gone");
      assertThat(line.snapshotSent()).isEmpty();
      assertThat(served()).containsExactly("again", "kept");
      assertThat(missing).isEmpty();
    }
  }

  @Test
  void an_agent_lost_in_mid_snapshot_has_said_nothing_about_who_is_gone() {
    try (var line = agent.accept()) {
      line.add("u1", "web");
      line.snapshotSent();
    }
    try (var line = agent.accept()) {
      line.add("u2", "api");
    }
    try (var line = agent.accept()) {
      assertThat(served()).containsExactly("api", "web");
      assertThat(line.keep("u2")).isEmpty();
      assertThat(line.snapshotSent()).isEmpty();
      assertThat(served()).containsExactly("api");
    }
  }

  @Test
  void an_agent_that_starts_after_the_proxy_is_found() {
    agent.close();
    link.close();
    link = AgentLink.start(dir.resolve("late.sock"), pods);
    assertThat(dir.resolve("late.sock")).doesNotExist();

    agent = new FakeAgent(dir.resolve("late.sock"));
    try (var line = agent.accept()) {
      assertThat(line.snapshotSent()).isEmpty();
    }
  }

  private void assertViolation(byte[] packet, List<Integer> descriptors, String reason) {
    try (var line = agent.accept()) {
      line.say(packet, descriptors);
      assertThat(line.answer()).startsWith("protocol error: ").contains(reason);
      assertThat(line.isOver()).isTrue();
    }
    try (var next = agent.accept()) {
      assertThat(next.snapshotSent()).isEmpty();
    }
  }

  @Test
  void what_is_no_request_ends_the_connection_and_the_next_one_begins_anew() {
    assertViolation(new byte[] {(byte) 0xff, 1, 2}, List.of(), "not a request");
    assertViolation(new byte[] {0x7a, 0}, List.of(), "known payload");
  }

  @Test
  void a_packet_that_was_cut_is_not_guessed_at() {
    var longName = FakeAgent.addition("u1", "x".repeat(2_000)).toByteArray();
    try (var namespace = TestNamespaces.own()) {
      assertViolation(longName, List.of(namespace.descriptor()), "more than 1024 bytes");
    }
    assertThat(longName).hasSizeGreaterThan(ZdsCodec.MOST_BYTES);
  }

  @Test
  void a_pod_comes_with_exactly_one_namespace() {
    var add = FakeAgent.addition("u1", "web").toByteArray();
    assertViolation(add, List.of(), "one network namespace, not with 0");
    try (var namespace = TestNamespaces.own()) {
      int fd = namespace.descriptor();
      assertViolation(add, List.of(fd, fd), "one network namespace, not with 2");
      assertViolation(add, List.of(fd, fd, fd, fd, fd), "more than 4 descriptors");
    }
    assertThat(served()).isEmpty();
  }

  @Test
  void nothing_but_a_pod_comes_with_a_descriptor() {
    try (var namespace = TestNamespaces.own()) {
      var sent = WorkloadRequest.newBuilder().setSnapshotSent(SnapshotSent.getDefaultInstance());
      assertViolation(
          sent.build().toByteArray(), List.of(namespace.descriptor()), "unexpected descriptor");
    }
  }

  @Test
  void a_pod_without_names_or_with_impossible_ones_is_refused() {
    var anonymous =
        WorkloadRequest.newBuilder().setAdd(AddWorkload.newBuilder().setUid("u1")).build();
    try (var namespace = TestNamespaces.own()) {
      List<Integer> fd = List.of(namespace.descriptor());
      assertViolation(anonymous.toByteArray(), fd, "workload_info");
      assertViolation(FakeAgent.addition("u1", "a/b").toByteArray(), fd, "does not name a pod");
      assertViolation(FakeAgent.addition("", "web").toByteArray(), fd, "`uid` is no UID");
    }
  }

  @Test
  void a_second_snapshot_and_a_pod_kept_after_it_are_violations() {
    try (var line = agent.accept()) {
      line.snapshotSent();
      assertThat(line.snapshotSent()).contains("second snapshot");
      assertThat(line.isOver()).isTrue();
    }
    try (var line = agent.accept()) {
      line.snapshotSent();
      assertThat(line.keep("u1")).contains("in a snapshot only");
      assertThat(line.isOver()).isTrue();
    }
  }

  @Test
  void a_descriptor_that_is_no_namespace_concerns_its_pod_only() {
    try (var line = agent.accept()) {
      int fd = TestNamespaces.noNamespace();
      assertThat(line.ask(FakeAgent.addition("u1", "web"), List.of(fd))).contains("namespace");
      Descriptors.close(fd);

      assertThat(line.add("u2", "api")).isEmpty();
      assertThat(line.snapshotSent()).isEmpty();
      assertThat(served()).containsExactly("api");
    }
  }

  @Test
  void closing_does_not_wait_for_an_agent_that_is_silent() {
    try (var line = agent.accept()) {
      line.snapshotSent();

      link.close();

      assertThat(line.isOver()).isTrue();
      assertThat(Files.exists(dir.resolve("zds.sock"))).isTrue();
    }
  }
}
