package dev.sluice.ztunnel.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.sluice.ztunnel.linux.NetworkNamespace;
import dev.sluice.ztunnel.linux.TestNamespaces;
import dev.sluice.ztunnel.workload.PodEvents.Added;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PodsTest {

  private static final String UNKNOWN = "the node's agent has not said which pods there are";

  private final FakeCapture capture = new FakeCapture();
  private final AtomicInteger changes = new AtomicInteger();
  private volatile List<String> missing = List.of("nothing said");
  private long heldBefore;
  private Pods pods;

  @BeforeEach
  void start() {
    heldBefore = TestNamespaces.held();
    pods = start(Duration.ofMillis(1));
  }

  private Pods start(Duration lingering) {
    return Pods.start(
        capture,
        lingering,
        new Pods.Listener() {
          @Override
          public void changed() {
            changes.incrementAndGet();
          }

          @Override
          public void missing(List<String> problems) {
            missing = problems;
          }
        });
  }

  @AfterEach
  void every_descriptor_is_closed_in_the_end() {
    pods.close();
    await().untilAsserted(() -> assertThat(TestNamespaces.held()).isEqualTo(heldBefore));
  }

  private static Pod pod(String uid, String name, long inode) {
    NetworkNamespace network = TestNamespaces.withInode(inode);
    return new Pod(uid, "shop", name, "account", network);
  }

  @Test
  void ready_is_a_complete_snapshot_with_every_pod_captured() {
    assertThat(missing).containsExactly(UNKNOWN);

    assertThat(pods.added(pod("1", "web", 1))).isEqualTo(new Added.Serving());
    assertThat(missing).containsExactly(UNKNOWN);

    pods.snapshotComplete();
    assertThat(missing).isEmpty();

    pods.sourceLost();
    assertThat(missing).containsExactly(UNKNOWN);
    assertThat(capture.log()).containsExactly("captured web@1");
  }

  @Test
  void a_pod_that_cannot_be_captured_is_pending_and_tried_again() {
    capture.fail("web", "port in use");
    pods.snapshotComplete();

    assertThat(pods.added(pod("1", "web", 1))).isEqualTo(new Added.Pending("port in use"));
    assertThat(missing).containsExactly("shop/web (1): port in use");
    assertThat(pods.counts().pending()).isEqualTo(1);

    capture.heal("web");
    pods.retryPending();

    assertThat(missing).isEmpty();
    assertThat(pods.counts().pending()).isZero();
    assertThat(pods.counts().active()).isEqualTo(1);
    assertThat(pods.states())
        .extracting(PodState::phase, PodState::problem)
        .containsExactly(tuple(PodState.Phase.UP, ""));
  }

  @Test
  void the_same_pod_once_more_changes_nothing_and_leaks_nothing() {
    pods.added(pod("1", "web", 1));

    assertThat(pods.added(pod("1", "web", 1))).isEqualTo(new Added.Serving());

    assertThat(capture.log()).containsExactly("captured web@1");
    assertThat(TestNamespaces.held()).isEqualTo(heldBefore + 1);
    assertThat(pods.counts().started()).isEqualTo(1);
  }

  @Test
  void the_same_uid_in_another_namespace_takes_the_place_of_the_former() {
    pods.added(pod("1", "web", 1));

    assertThat(pods.added(pod("1", "web", 2))).isEqualTo(new Added.Serving());

    await()
        .untilAsserted(() ->
            assertThat(capture.log())
                .containsExactlyInAnyOrder(
                    "captured web@1", "drained web@1", "closed web@1", "captured web@2"));
    assertThat(pods.states()).hasSize(1);
    assertThat(pods.counts().stopped()).isEqualTo(1);
  }

  @Test
  void what_a_snapshot_neither_adds_nor_keeps_is_gone_once_it_is_complete() {
    pods.added(pod("1", "kept", 1));
    pods.added(pod("2", "added", 2));
    pods.added(pod("3", "forgotten", 3));
    pods.added(pod("4", "removed", 4));
    pods.snapshotComplete();
    pods.sourceLost();

    pods.kept("1");
    pods.added(pod("2", "added", 2));
    pods.kept("4");
    pods.removed("4");
    assertThat(pods.states()).hasSize(4);

    pods.snapshotComplete();
    assertThat(pods.states())
        .extracting(state -> state.pod().name())
        .containsExactly("added", "kept");
  }

  @Test
  void after_the_snapshot_a_removed_pod_is_drained_at_once_and_an_unknown_one_ignored() {
    pods.added(pod("1", "web", 1));
    pods.snapshotComplete();

    pods.removed("1");
    pods.removed("unknown");

    assertThat(pods.states()).isEmpty();
    await()
        .untilAsserted(() -> assertThat(capture.log()).endsWith("drained web@1", "closed web@1"));
    assertThat(pods.counts().active()).isZero();
  }

  @Test
  void connections_of_a_removed_pod_may_go_on_for_a_while() {
    pods.close();
    pods = start(Duration.ofHours(1));
    pods.added(pod("1", "web", 1));
    pods.snapshotComplete();

    pods.removed("1");

    assertThat(capture.log()).containsExactly("captured web@1", "drained web@1");
    heldBefore += 1;
  }

  @Test
  void a_pod_that_takes_long_delays_no_other() throws Exception {
    CountDownLatch slow = capture.hold("slow");
    var first = CompletableFuture.supplyAsync(() -> pods.added(pod("1", "slow", 1)));
    await().untilAsserted(() -> assertThat(pods.states()).hasSize(1));

    assertThat(pods.added(pod("2", "web", 2))).isEqualTo(new Added.Serving());

    slow.countDown();
    assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(new Added.Serving());
  }

  @Test
  void a_pod_removed_while_it_is_captured_does_not_stay() throws Exception {
    pods.snapshotComplete();
    CountDownLatch slow = capture.hold("slow");
    var adding = CompletableFuture.supplyAsync(() -> pods.added(pod("1", "slow", 1)));
    await().untilAsserted(() -> assertThat(pods.states()).hasSize(1));
    var removing = CompletableFuture.runAsync(() -> pods.removed("1"));

    slow.countDown();
    adding.get(10, TimeUnit.SECONDS);
    removing.get(10, TimeUnit.SECONDS);

    await().untilAsserted(() -> assertThat(capture.log()).endsWith("closed slow@1"));
    assertThat(pods.counts().active()).isZero();
    assertThat(pods.counts().pending()).isZero();
  }

  @Test
  void a_proxy_that_stopped_captures_nothing_more() {
    pods.close();

    assertThat(pods.added(pod("1", "web", 1))).isInstanceOf(Added.Pending.class);
    assertThat(capture.log()).isEmpty();
  }
}
