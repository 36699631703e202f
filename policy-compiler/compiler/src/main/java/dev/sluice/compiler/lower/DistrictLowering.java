package dev.sluice.compiler.lower;

import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.LinkedRule;
import dev.sluice.compiler.place.District.Ranked;
import dev.sluice.compiler.source.Located;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.AuthorizationPolicy.Rule;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.policy.Scope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What becomes of the policies of one namespace, or of the wide ones: for ztunnel and for any
/// waypoint, each in canonical order.
final class DistrictLowering {

  private final Sections atZtunnel = new Sections();
  private final Sections atWaypoints = new Sections();
  private final List<PeerAuthentication> peers = new ArrayList<>();
  private final List<RequestAuthentication> requests = new ArrayList<>();
  private final List<Guard> guards = new ArrayList<>();

  /// Authorization policies by what becomes of them.
  static final class Sections {
    private final List<AuthorizationPolicy> enforced = new ArrayList<>();
    private final List<AuthorizationPolicy> onTrial = new ArrayList<>();

    private void add(LinkedPolicy.Authorization policy, List<Rule> rules) {
      (policy.syntax().isDryRun() ? onTrial : enforced)
          .add(new AuthorizationPolicy(policy.id(), policy.scope(), policy.action(), rules));
    }

    private void sort() {
      enforced.sort(Comparator.comparing(AuthorizationPolicy::id));
      onTrial.sort(Comparator.comparing(AuthorizationPolicy::id));
    }

    List<AuthorizationPolicy> enforced() {
      return enforced;
    }

    List<AuthorizationPolicy> onTrial() {
      return onTrial;
    }
  }

  /// Lowers some placements; `substitutes` are what stands for rules that ztunnel cannot evaluate,
  /// `admissions` the guards that no policy made.
  DistrictLowering(
      List<Guard> admissions,
      List<Ranked> placements,
      Map<PolicyId, AuthorizationPolicy> substitutes) {
    guards.addAll(admissions);
    for (Ranked ranked : placements) {
      guards.addAll(ranked.placement().guards());
      switch (ranked.placement().policy()) {
        case LinkedPolicy.Authorization policy -> add(policy, substitutes.get(policy.id()));
        case LinkedPolicy.PeerAuth policy -> peers.add(peer(policy));
        case LinkedPolicy.RequestAuth policy ->
            requests.add(
                new RequestAuthentication(
                    policy.id(),
                    policy.scope(),
                    policy.syntax().rules().stream().map(Located::value).toList()));
        case LinkedPolicy.Route _ -> {}
      }
    }
    atZtunnel.sort();
    atWaypoints.sort();
    peers.sort(Comparator.comparing(PeerAuthentication::id));
    requests.sort(Comparator.comparing(RequestAuthentication::id));
    guards.sort(Comparator.comparing(Guard::id));
  }

  /// Rules that need HTTP are left out at ztunnel: the guards close every path on which they could
  /// matter. The policy itself stays, because an ALLOW policy makes its destinations deny by
  /// default.
  private void add(LinkedPolicy.Authorization policy, @Nullable AuthorizationPolicy substitute) {
    var rules = new ArrayList<Rule>(policy.rules().size());
    var tcpRules = new ArrayList<Rule>(policy.rules().size());
    for (LinkedRule linked : policy.rules()) {
      var rule = new Rule(linked.index(), linked.condition());
      rules.add(rule);
      if (!linked.needsHttp()) {
        tcpRules.add(rule);
      }
    }
    atWaypoints.add(policy, rules);
    if (policy.scope() instanceof Scope.Addressed) {
      return;
    }
    if (substitute != null) {
      tcpRules.addAll(substitute.rules());
      tcpRules.sort(Comparator.comparingInt(Rule::index));
    }
    if (policy.action() == Action.ALLOW || !tcpRules.isEmpty()) {
      atZtunnel.add(policy, tcpRules);
    }
  }

  private static PeerAuthentication peer(LinkedPolicy.PeerAuth policy) {
    Map<Integer, Mode> ports = new HashMap<>();
    policy.syntax().portLevelMtls().forEach((port, mode) -> ports.put(port, mode.value()));
    return new PeerAuthentication(
        policy.id(), policy.scope(), policy.syntax().mode().value(), ports);
  }

  Sections atZtunnel() {
    return atZtunnel;
  }

  Sections atWaypoints() {
    return atWaypoints;
  }

  List<PeerAuthentication> peers() {
    return peers;
  }

  List<RequestAuthentication> requests() {
    return requests;
  }

  List<Guard> guards() {
    return guards;
  }
}
