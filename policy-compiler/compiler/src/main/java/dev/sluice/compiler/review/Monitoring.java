package dev.sluice.compiler.review;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.Witness;
import dev.sluice.compiler.diagnostic.Witness.Decision;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedPolicy.LinkedRule;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.link.LinkedWorkload.Membership;
import dev.sluice.compiler.review.Overview.Group;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.engine.policy.Verdict.Cause;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/// Prometheus scrapes that policies refuse, and ALLOW rules for kubelet probes that need none.
///
/// Prometheus dials the pods' addresses, so only ztunnel judges it. The kubelet's probes arrive
/// from the node's link-local address and pass ztunnel by, whatever the policies say. Source:
/// Istio's CNI, cni/pkg/iptables, host probe rules.
final class Monitoring {

  private static final String SCRAPE = "prometheus.io/scrape";
  private static final String PORT = "prometheus.io/port";

  private final Implication implication;
  private final List<LinkedWorkload> scrapers;
  private final Diagnostics problems;

  Monitoring(Implication implication, List<LinkedWorkload> scrapers, Diagnostics problems) {
    this.implication = implication;
    this.scrapers = scrapers;
    this.problems = problems;
  }

  /// The first workloads of the mesh that look like Prometheus.
  static List<LinkedWorkload> scrapers(LinkedMesh mesh) {
    return mesh.workloads().stream().filter(Monitoring::isPrometheus).limit(8).toList();
  }

  private static boolean isPrometheus(LinkedWorkload workload) {
    Map<String, String> labels = workload.syntax().podLabels();
    return labels.getOrDefault("app.kubernetes.io/name", "").equals("prometheus")
        || labels.getOrDefault("app", "").equals("prometheus");
  }

  /// A scrape that is refused, and why.
  record Refusal(LinkedWorkload workload, int port, Peer peer) {}

  /// Notes the scrapes of a namespace that are refused, and by what.
  void collect(Overview overview, Share into) {
    for (Group group : overview.groups()) {
      for (LinkedWorkload workload : group.workloads()) {
        scrapePort(workload)
            .ifPresent(port -> {
              for (Peer peer : peers(overview, group, port)) {
                blame(overview, group, peer, port)
                    .ifPresent(
                        policy -> into.scrapes.add(policy, new Refusal(workload, port, peer)));
              }
            });
      }
    }
  }

  /// Reports what was noted.
  void report(Share share) {
    share.scrapes.forEach(this::report);
  }

  private static OptionalInt scrapePort(LinkedWorkload workload) {
    Map<String, String> annotations = workload.syntax().podAnnotations();
    String port = annotations.getOrDefault(PORT, "");
    boolean isNumber =
        !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(c -> c >= '0' && c <= '9');
    return isNumber && annotations.getOrDefault(SCRAPE, "").equals("true")
        ? OptionalInt.of(Integer.parseInt(port))
        : OptionalInt.empty();
  }

  /// Who scrapes: the Prometheus of the tree, or else anyone, when nobody at all would get through.
  private List<Peer> peers(Overview overview, Group group, int port) {
    if (!scrapers.isEmpty()) {
      return scrapers.stream().map(scraper -> peer(overview, scraper)).distinct().limit(1).toList();
    }
    boolean isGuarded =
        group.guards().stream()
            .anyMatch(guard -> guard.refuses().contains(port) && guard.exempt().isEmpty());
    List<Authorization> allows = group.allows();
    boolean isUnadmitted =
        !allows.isEmpty()
            && allows.stream()
                .flatMap(policy -> policy.rules().stream())
                .allMatch(rule ->
                    implication.excludes(rule.condition(), new Condition.WorkloadPort(port)));
    return isGuarded || isUnadmitted ? List.of(Peer.anonymous()) : List.of();
  }

  private static Peer peer(Overview overview, LinkedWorkload scraper) {
    return scraper.membership() == Membership.OUTSIDE
        ? Peer.anonymous()
        : new Peer.Identified(Witnesses.identity(overview.mesh(), scraper));
  }

  /// The policy that refuses a direct dial; empty when it is admitted.
  private static Optional<LinkedPolicy> blame(Overview overview, Group group, Peer peer, int port) {
    Connection plaintext = PlaintextHoles.plaintext(port);
    Verdict verdict =
        group
            .decider()
            .decide(new Connection(peer, plaintext.source(), plaintext.workload(), null));
    return switch (verdict.cause()) {
      case Cause.GuardRefused _ -> overview.closing(group, port);
      case Cause.NoAllowMatched _ -> group.allows().stream().<LinkedPolicy>map(p -> p).findFirst();
      case Cause.PlaintextRefused(var by) -> Optional.ofNullable(overview.peer(by));
      // admitted, or denied by a rule that says so, which is meant
      case Cause.ByRule _,
          Cause.NoAllowPolicy _,
          Cause.JudgedByWaypoint _,
          Cause.GuardExempt _,
          Cause.NeedsHttp _,
          Cause.TokenInvalid _,
          Cause.WrongAudience _,
          Cause.NoPolicy _,
          Cause.BindingDrift _ ->
          Optional.empty();
    };
  }

  private void report(LinkedPolicy policy, List<Refusal> refused) {
    Refusal first = refused.getFirst();
    problems.report(
        Code.SCRAPE_REFUSED,
        policy.syntax().metadata().nameSpan(),
        policy.syntax().metadata().resource(),
        new Text(
                "Prometheus cannot scrape "
                    + Names.listed(
                        refused.stream()
                            .map(refusal ->
                                "port " + refusal.port() + " of " + refusal.workload().reference())
                            .distinct()
                            .toList())
                    + " under this policy",
                "the pods are annotated `"
                    + SCRAPE
                    + ": \"true\"`, and a scrape dials them"
                    + " directly",
                help(policy))
            .shownBy(
                Witness.connection(
                    Witnesses.caller(first.peer()),
                    Witnesses.destination(first.workload(), first.port()),
                    Decision.DENY)));
  }

  private static String help(LinkedPolicy policy) {
    return switch (policy) {
      case LinkedPolicy.PeerAuth _ ->
          "enrol Prometheus in the mesh, or set the metrics port to PERMISSIVE under"
              + " `portLevelMtls`";
      case Authorization _, LinkedPolicy.RequestAuth _, LinkedPolicy.Route _ ->
          "admit Prometheus's identity on that port, by an ALLOW rule without HTTP attributes or,"
              + " past a guard, by the annotation `sluice.dev/guard-exempt`";
    };
  }

  /// ALLOW rules for anyone on exactly the paths that the kubelet probes.
  void reportProbeRules(Overview overview) {
    for (Group group : overview.groups()) {
      for (Authorization policy : group.allows()) {
        for (LinkedRule rule : policy.rules()) {
          if (rule.needsHttp() && isForProbes(policy, rule, group)) {
            problems.report(
                Code.PROBE_RULE_UNNEEDED,
                rule.span(),
                policy.syntax().metadata().resource(),
                new Text(
                    "rule "
                        + (rule.index() + 1)
                        + " admits anyone to the probe paths, which the kubelet does not need",
                    "in ambient mode the kubelet's probes pass ztunnel and waypoint by, so no rule"
                        + " has to admit them",
                    "remove the rule unless other clients need these paths"));
          }
        }
      }
    }
  }

  private boolean isForProbes(Authorization policy, LinkedRule rule, Group group) {
    var paths = new TreeSet<String>();
    for (LinkedWorkload workload : group.workloads()) {
      workload.syntax().listening().probes().forEach(probe -> paths.add(probe.path()));
    }
    return policy.action() == Action.ALLOW
        && !paths.isEmpty()
        && policy.syntax().rules().get(rule.index()).from().isEmpty()
        && policy.syntax().rules().get(rule.index()).when().isEmpty()
        && implication.holds(rule.condition(), DefaultDenies.anyPath(paths));
  }
}
