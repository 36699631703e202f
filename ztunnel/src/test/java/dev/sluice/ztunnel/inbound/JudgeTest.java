package dev.sluice.ztunnel.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.AuthorizationPolicy.Rule;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.runtime.bundle.BundleFacts;
import dev.sluice.runtime.bundle.LivePolicy;
import dev.sluice.runtime.bundle.PolicySnapshot;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.mesh.MeshPolicy;
import dev.sluice.runtime.mesh.MeshPolicy.Enforcement;
import dev.sluice.runtime.mesh.MeshUpdate;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JudgeTest {

  private static final InetAddress ADDRESS = InetAddress.ofLiteral("10.0.0.1");
  private static final Workload API = api(Map.of("app", "api"), List.of());

  private final LiveMesh mesh = new LiveMesh(StaticMesh.of("", List.of(API), List.of(), List.of()));
  private final LivePolicy policy = new LivePolicy();
  private final Judge judge =
      new Judge(mesh, policy, domain -> domain.name().equals("cluster.local"));

  private static Workload api(Map<String, String> labels, List<String> policies) {
    return Workload.of("c//Pod/shop/api", "api", SpiffeId.of("cluster.local", "shop", "api"))
        .addresses(List.of(ADDRESS))
        .labels(labels)
        .authorizationPolicies(policies)
        .build();
  }

  private static AuthorizationPolicy policy(
      String name, Scope scope, Action action, String... accounts) {
    var rules =
        Stream.of(accounts)
            .map(account -> new StringMatch.Exact("cluster.local/ns/shop/sa/" + account))
            .map(match -> new Rule(0, new Condition.Principal(match)))
            .toList();
    return new AuthorizationPolicy(
        new PolicyId("AuthorizationPolicy", "shop", name), scope, action, rules);
  }

  private void enforce(AuthorizationPolicy... policies) {
    var facts = new BundleFacts(0, 1, "d", "s", "", Instant.EPOCH, Instant.MAX, Instant.EPOCH);
    var settings =
        new PolicyShard.MeshFacts(
            new TrustDomain("cluster.local"),
            List.of(),
            PolicyShard.PathNormalization.MERGE_SLASHES);
    policy.swap(
        PolicySnapshot.of(
            1,
            facts,
            new PolicyShard(
                new PolicyShard.EnforcementPoint.Ztunnel(),
                settings,
                List.of(policies),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of())));
  }

  private Verdict of(String account) {
    return judge.of(API).decider().decide(from("cluster.local", account));
  }

  private static Connection from(String domain, String account) {
    return new Connection(
        new Peer.Identified(SpiffeId.of(domain, "shop", account)),
        InetAddress.ofLiteral("10.0.0.9"),
        new AddressPort(ADDRESS, 80),
        null);
  }

  private void bring(Enforcement enforcement, AuthorizationPolicy... policies) {
    mesh.apply(
        MeshUpdate.ofPolicies(
            Stream.of(policies).map(one -> new MeshPolicy(one, enforcement)).toList(), Set.of()));
  }

  @Test
  void what_comes_with_the_mesh_can_take_away_and_never_give() {
    enforce(policy("signed", new Scope.Mesh(), Action.ALLOW, "web", "other"));
    bring(
        Enforcement.ENFORCED,
        policy("beside", new Scope.InNamespace("shop"), Action.ALLOW, "web", "stranger"));

    assertThat(of("web").allows()).isTrue();
    assertThat(of("other").allows()).isFalse();
    assertThat(of("stranger").allows()).isFalse();
  }

  @Test
  void nothing_is_allowed_by_the_mesh_alone() {
    bring(Enforcement.ENFORCED, policy("beside", new Scope.Mesh(), Action.ALLOW, "web"));
    assertThat(of("web").cause().code()).isEqualTo("no_policy");
  }

  @Test
  void a_policy_by_name_concerns_who_names_it_and_refuses_all_until_it_is_there() {
    enforce();
    mesh.apply(MeshUpdate.of(List.of(api(Map.of(), List.of("shop/beside"))), List.of(), Set.of()));
    assertThat(of("web").cause())
        .isInstanceOfSatisfying(
            Verdict.Cause.NoPolicy.class,
            cause -> assertThat(cause.reason()).contains("shop/beside"));

    bring(Enforcement.ENFORCED, policy("beside", MeshPolicy.byName(), Action.DENY, "other"));
    assertThat(of("web").allows()).isTrue();
    assertThat(of("other").allows()).isFalse();

    mesh.apply(MeshUpdate.of(List.of(API), List.of(), Set.of()));
    assertThat(of("other").allows()).isTrue();
  }

  @Test
  void a_dry_run_of_the_mesh_refuses_nobody() {
    enforce();
    bring(Enforcement.ON_TRIAL, policy("trial", new Scope.Mesh(), Action.DENY, "web"));
    assertThat(of("web").allows()).isTrue();
  }

  @Test
  void labels_count_as_they_are_now() {
    enforce(
        policy(
            "quarantine",
            new Scope.Selected("shop", Map.of("state", "quarantined")),
            Action.ALLOW,
            "nobody"));
    assertThat(of("web").allows()).isTrue();
    mesh.apply(
        MeshUpdate.of(
            List.of(api(Map.of("state", "quarantined"), List.of())), List.of(), Set.of()));
    assertThat(of("web").allows()).isFalse();
  }

  @Test
  void a_peer_of_a_domain_no_longer_accepted_is_refused() {
    enforce();
    var decider = judge.of(API).decider();
    assertThat(decider.decide(from("cluster.local", "web")).allows()).isTrue();
    assertThat(decider.decide(from("elsewhere", "web")).allows()).isFalse();
  }

  @Test
  void what_decides_stays_equal_until_something_changes_for_the_workload() {
    enforce();
    var before = judge.of(API).decider();
    mesh.apply(
        MeshUpdate.of(
            List.of(
                Workload.of("other", "other", SpiffeId.of("cluster.local", "shop", "o")).build()),
            List.of(),
            Set.of()));
    assertThat(judge.of(API).decider()).isEqualTo(before);

    mesh.apply(MeshUpdate.of(List.of(api(Map.of("a", "b"), List.of())), List.of(), Set.of()));
    assertThat(judge.of(API).decider()).isNotEqualTo(before);
    var one = judge.of(API);
    var again = judge.of(API);
    assertThat(one).isEqualTo(again).hasSameHashCodeAs(again);
  }

  @Test
  void a_policy_on_trial_says_what_it_would_decide_and_decides_nothing() {
    enforce(policy("signed", new Scope.Mesh(), Action.ALLOW, "web"));
    var trial = policy("trial", new Scope.Mesh(), Action.DENY, "web");
    bring(Enforcement.ON_TRIAL, trial);

    assertThat(of("web").allows()).isTrue();
    assertThat(judge.trials(API))
        .singleElement()
        .satisfies(rehearsed -> {
          assertThat(rehearsed.policy()).isEqualTo(trial.id());
          assertThat(rehearsed.decider().decide(from("cluster.local", "web")).allows()).isFalse();
        });
  }
}
