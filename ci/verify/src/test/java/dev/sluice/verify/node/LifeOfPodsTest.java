package dev.sluice.verify.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Pods come and go, and so do ztunnels, while others carry traffic.
@NeedsNamespaces
@Timeout(180)
class LifeOfPodsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path home;

  private NodeBed bed;
  private BedPod web;
  private BedPod late;
  private BedPod api;
  private BedPod stranger;

  @BeforeEach
  void lay() {
    bed = NodeBed.in(home);
    web = bed.pod(1, "web");
    late = bed.later(2, "late");
    api = bed.pod(2, "api");
    stranger = bed.uncaptured(1, "stranger");
    bed.start(NodeBed.NO_POLICY);
  }

  @AfterEach
  void clear() {
    bed.close();
  }

  @Test
  void pods_join_and_leave_while_another_carries_traffic() throws Exception {
    var stop = new AtomicBoolean();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var held = web.connect(api.ip(), NodeBed.ECHO_PORT)) {
      Future<List<String>> asking = threads.submit(() -> keepAsking(stop));
      assertThat(held.say("before")).isEqualTo("api before");
      long descriptors = descriptors(2);
      for (int round = 0; round < 3; round++) {
        bed.join(late);
        assertThat(web.curl(late.url()).body()).isEqualTo("late saw " + web.ip());
        assertThat(stranger.curl(late.url()).body()).isEqualTo("late saw " + stranger.ip());
        assertThat(late.curl(api.url()).body()).isEqualTo("api saw " + late.ip());
        endsWithItsPod(round);
      }
      assertThat(held.say("after")).isEqualTo("api after");
      stop.set(true);
      assertThat(asking.get()).isEmpty();
      await().atMost(PATIENCE).until(() -> descriptors(2) <= descriptors + 4);
    }
  }

  private void endsWithItsPod(int round) {
    try (var to = web.connect(late.ip(), NodeBed.ECHO_PORT);
        var plain = stranger.connect(late.ip(), NodeBed.ECHO_PORT);
        var from = late.connect(api.ip(), NodeBed.ECHO_PORT)) {
      assertThat(to.say("x" + round)).isEqualTo("late x" + round);
      assertThat(plain.say("y")).isEqualTo("late y");
      assertThat(from.say("z")).isEqualTo("api z");

      bed.leave(late);

      assertThat(to.hear()).isIn("(end)", "(reset)");
      assertThat(plain.hear()).isIn("(end)", "(reset)");
      assertThat(from.hear()).isIn("(end)", "(reset)");
    }
    await()
        .atMost(PATIENCE)
        .until(() -> late.run("ss", "-Hltn", "sport = :15008").output().isBlank());
    NodeBed.redirect("remove", late);
  }

  /// What went wrong.
  private List<String> keepAsking(AtomicBoolean stop) {
    var wrong = new ArrayList<String>();
    while (!stop.get()) {
      var reply = web.curl(api.url());
      if (!reply.isAnswered()) {
        wrong.add(reply.toString());
      }
    }
    return wrong;
  }

  private long descriptors(int node) throws Exception {
    try (Stream<Path> open = Files.list(Path.of("/proc/" + bed.ztunnel(node).pid() + "/fd"))) {
      return open.count();
    }
  }

  @Test
  void a_drain_lets_connections_end_and_takes_no_new_ones() {
    try (var held = web.connect(api.ip(), NodeBed.ECHO_PORT)) {
      assertThat(held.say("before")).isEqualTo("api before");

      bed.ztunnel(2).terminate();

      await().atMost(PATIENCE).until(() -> !bed.listens(api));
      assertThat(held.say("during")).isEqualTo("api during");
      assertThat(stranger.curl(api.url()).exit()).isEqualTo(7);
    }
    assertThat(bed.ztunnel(2).awaitEnd()).isZero();
  }

  @Test
  void a_connection_that_outlives_the_drain_is_cut_at_its_deadline() {
    try (var held = web.connect(api.ip(), NodeBed.ECHO_PORT)) {
      assertThat(held.say("before")).isEqualTo("api before");

      bed.ztunnel(2).terminate();

      assertThat(held.hear()).isIn("(end)", "(reset)");
    }
    assertThat(bed.ztunnel(2).awaitEnd()).isZero();
  }

  @Test
  void a_killed_ztunnel_serves_its_pods_again_when_it_is_back() {
    assertThat(web.curl(api.url()).isAnswered()).isTrue();
    bed.ztunnel(2).kill();
    assertThat(stranger.curl(api.url()).exit()).isEqualTo(7);

    bed.ztunnel(2).restart();

    await().atMost(PATIENCE).until(() -> bed.listens(api));
    assertThat(stranger.curl(api.url()).isAnswered()).isTrue();
    await().atMost(PATIENCE).until(() -> web.curl(api.url()).isAnswered());
  }
}
