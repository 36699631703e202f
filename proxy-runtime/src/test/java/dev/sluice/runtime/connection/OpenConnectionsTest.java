package dev.sluice.runtime.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Decider;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.Verdict;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpenConnectionsTest {

  private static final Verdict ALLOW = new Verdict.Allow(new Verdict.Cause.NoAllowPolicy());
  private static final Verdict DENY = new Verdict.Deny(new Verdict.Cause.NoAllowMatched());

  private final List<CloseReason> ends = Collections.synchronizedList(new ArrayList<>());
  private final OpenConnections connections = new OpenConnections(ends::add);

  @Test
  void a_recheck_cuts_what_is_no_longer_allowed_and_nothing_else() {
    var cut = new ArrayList<Closure>();
    connections.register(() -> DENY, cut::add);
    var allowed = connections.register(() -> ALLOW, cut::add);

    assertThat(connections.recheck(CloseReason.POLICY_CHANGE)).isEqualTo(1);
    assertThat(cut).containsExactly(new Closure(CloseReason.POLICY_CHANGE, DENY));
    assertThat(ends).containsExactly(CloseReason.POLICY_CHANGE);
    assertThat(connections.size()).isEqualTo(1);
    assertThat(allowed.release(CloseReason.COMPLETE)).isTrue();
    assertThat(connections.size()).isZero();
  }

  @Test
  void a_connection_that_cannot_be_decided_is_cut_and_the_others_are_still_checked() {
    var cut = new ArrayList<Closure>();
    for (int i = 0; i < 2; i++) {
      connections.register(
          () -> {
            throw new IllegalStateException("a bug");
          },
          cut::add);
      connections.register(() -> DENY, cut::add);
    }

    assertThat(connections.recheck(CloseReason.POLICY_CHANGE)).isEqualTo(4);
    assertThat(cut).hasSize(4);
  }

  @Test
  void a_connection_ends_once() {
    var cuts = new AtomicInteger();
    var connection = connections.register(() -> DENY, _ -> cuts.incrementAndGet());

    assertThat(connection.release(CloseReason.COMPLETE)).isTrue();
    assertThat(connection.release(CloseReason.BROKEN)).isFalse();
    connections.recheck(CloseReason.POLICY_CHANGE);
    connections.cutAll(CloseReason.DRAIN);

    assertThat(cuts).hasValue(0);
    assertThat(ends).containsExactly(CloseReason.COMPLETE);
  }

  @Test
  void a_swap_that_races_with_an_accept_never_leaves_a_forbidden_connection_open()
      throws Exception {
    for (int round = 0; round < 2_000; round++) {
      var forbidden = new AtomicBoolean();
      var closed = new AtomicBoolean();
      boolean served = false;
      var barrier = new CyclicBarrier(2);
      var swap =
          Thread.ofVirtual()
              .start(() -> {
                await(barrier);
                forbidden.set(true);
                connections.recheck(CloseReason.POLICY_CHANGE);
              });
      await(barrier);
      var connection =
          connections.register(() -> forbidden.get() ? DENY : ALLOW, _ -> closed.set(true));
      if (connection.judge().allows()) {
        served = true;
      } else {
        connection.release(CloseReason.REFUSED);
      }
      swap.join();
      assertThat(served && !closed.get()).as("round %s", round).isFalse();
    }
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception broken) {
      throw new AssertionError(broken);
    }
  }

  /// A subject whose decider the test sets, and counts the decisions of.
  private static final class Pod implements Subject {
    private volatile Decider decider = new Fixed(ALLOW, new AtomicInteger());

    @Override
    public Decider decider() {
      return decider;
    }
  }

  private record Fixed(Verdict verdict, AtomicInteger asked) implements Decider {
    @Override
    public Verdict decide(Connection connection) {
      asked.incrementAndGet();
      return verdict;
    }

    @Override
    public Verdict decide(HttpRequest request) {
      return verdict;
    }
  }

  private static Connection facts() {
    var address = InetAddress.getLoopbackAddress();
    return new Connection(Peer.anonymous(), address, new Connection.AddressPort(address, 80), null);
  }

  @Test
  void a_recheck_asks_each_subject_once_and_passes_over_what_has_not_changed() {
    var one = new Pod();
    var other = new Pod();
    var cut = new ArrayList<Closure>();
    for (int i = 0; i < 3; i++) {
      connections.register(one, facts(), cut::add);
      connections.register(other, facts(), cut::add);
    }
    connections.recheck(CloseReason.POLICY_CHANGE);
    var asked = new AtomicInteger();
    other.decider = new Fixed(DENY, asked);
    var before = new AtomicInteger();
    one.decider = new Fixed(ALLOW, before);
    connections.recheck(CloseReason.POLICY_CHANGE);
    assertThat(asked).hasValue(3);
    assertThat(before).hasValue(3);
    assertThat(cut).hasSize(3);

    connections.recheck(CloseReason.MESH_CHANGE);
    assertThat(before).hasValue(3);
    assertThat(connections.size()).isEqualTo(3);
  }

  @Test
  void who_joins_a_subject_later_is_checked_with_the_next_change() {
    var pod = new Pod();
    connections.recheck(CloseReason.POLICY_CHANGE);
    var cut = new ArrayList<Closure>();
    connections.register(pod, facts(), cut::add);
    pod.decider = new Fixed(DENY, new AtomicInteger());
    assertThat(connections.recheck(CloseReason.MESH_CHANGE)).isEqualTo(1);
    assertThat(cut).hasSize(1);
    assertThat(connections.size()).isZero();
  }

  @Test
  void a_drain_cuts_every_group() {
    var cut = new ArrayList<Closure>();
    connections.register(new Pod(), facts(), cut::add);
    connections.register(() -> ALLOW, cut::add);
    assertThat(connections.cutAll(CloseReason.DRAIN)).isEqualTo(2);
    assertThat(connections.size()).isZero();
  }
}
