package dev.sluice.runtime.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.Verdict;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnknownLabelsTest {

  private static final Destination UNKNOWN = Destination.direct("shop", UnknownLabels.LABELS);

  private static Verdict decide(Scope scope, Destination destination) {
    var policy =
        new AuthorizationPolicy(
            new PolicyId("AuthorizationPolicy", "shop", "p"),
            scope,
            Action.DENY,
            List.of(new AuthorizationPolicy.Rule(0, new Condition.WorkloadPort(9))));
    var facts = new BundleFacts(1, 1, "d", "s", "", Instant.EPOCH, Instant.EPOCH, Instant.EPOCH);
    var address = InetAddress.getLoopbackAddress();
    return PolicySnapshot.of(1, facts, TestBundles.ztunnel(List.of(policy), List.of()))
        .decider(destination)
        .decide(
            new Connection(
                Peer.anonymous(), address, new Connection.AddressPort(address, 80), null));
  }

  @Test
  void where_policies_select_by_labels_a_workload_of_unknown_labels_is_refused() {
    assertThat(decide(new Scope.Selected("shop", Map.of("app", "api")), UNKNOWN).allows())
        .isFalse();
    assertThat(decide(new Scope.SelectedAnywhere(Map.of("app", "api")), UNKNOWN).allows())
        .isFalse();
  }

  @Test
  void where_none_does_or_the_labels_are_known_nothing_is_refused_for_them() {
    var known = Destination.direct("shop", Map.of());

    assertThat(decide(new Scope.Selected("pay", Map.of("app", "api")), UNKNOWN).allows()).isTrue();
    assertThat(decide(new Scope.InNamespace("shop"), UNKNOWN).allows()).isTrue();
    assertThat(decide(new Scope.Selected("shop", Map.of("app", "api")), known).allows()).isTrue();
  }
}
