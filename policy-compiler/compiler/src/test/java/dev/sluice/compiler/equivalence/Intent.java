package dev.sluice.compiler.equivalence;

import dev.sluice.compiler.equivalence.Attempt.Path;
import dev.sluice.compiler.equivalence.Composite.Outcome;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Action;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.PeerAuthenticationSyntax;
import dev.sluice.compiler.syntax.PolicyDocument;
import dev.sluice.compiler.syntax.RequestAuthenticationSyntax;
import dev.sluice.compiler.syntax.Selection;
import dev.sluice.compiler.syntax.TopologyDocument.Port;
import dev.sluice.compiler.syntax.TopologyDocument.Service;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import java.util.List;
import java.util.stream.Stream;

/// What the author meant, computed from the policies as written and from nothing the compiler made.
///
/// Shares no code with linking, placement, lowering or the engine's evaluator, so that an error in
/// those shows.
record Intent(World world) {

  Outcome decide(Attempt attempt) {
    return switch (attempt.path()) {
      case Path.Direct direct -> direct(attempt, direct);
      case Path.ThroughWaypoint through -> through(attempt, through);
    };
  }

  private Outcome through(Attempt attempt, Path.ThroughWaypoint path) {
    if (attempt.peer() instanceof Peer.Anonymous) {
      return Outcome.DENY;
    }
    var http = attempt.http().orElseThrow();
    boolean authenticated =
        policies(RequestAuthenticationSyntax.class)
            .anyMatch(policy ->
                concerns(policy, policy.selection(), path.workload())
                    || targets(policy, policy.selection(), path.service()));
    if (authenticated && http.credential() instanceof Credential.Invalid) {
      return Outcome.REJECT;
    }
    if (authenticated && http.credential() instanceof Credential.WrongAudience) {
      return Outcome.DENY;
    }
    List<AuthorizationPolicySyntax> set =
        policies(AuthorizationPolicySyntax.class)
            .filter(policy ->
                concerns(policy, policy.selection(), path.workload())
                    || targets(policy, policy.selection(), path.service()))
            .toList();
    var matching = new RuleMatching(world, attempt, authenticated);
    return combine(set, (policy, rule) -> matching.matches(policy, rule));
  }

  private Outcome direct(Attempt attempt, Path.Direct path) {
    if (attempt.peer() instanceof Peer.Anonymous
        && mode(path.workload(), path.port()) == Mode.STRICT) {
      return Outcome.DENY;
    }
    List<AuthorizationPolicySyntax> set =
        policies(AuthorizationPolicySyntax.class)
            .filter(policy -> concerns(policy, policy.selection(), path.workload()))
            .toList();
    var matching = new RuleMatching(world, attempt, false);
    for (AuthorizationPolicySyntax policy : set) {
      for (Rule rule : policy.rules()) {
        if (policy.action().value() == Action.DENY
            && !RuleMatching.needsHttp(rule)
            && matching.matches(policy, rule)) {
          return Outcome.DENY;
        }
      }
    }
    List<PolicyDocument> guarding =
        world.enforced().stream()
            .filter(policy -> guards(policy, path.workload(), path.port()))
            .toList();
    if (!guarding.isEmpty()) {
      return guarding.stream().allMatch(policy -> exempts(policy, attempt.peer()))
          ? Outcome.ALLOW
          : Outcome.DENY;
    }
    return combine(
        set, (policy, rule) -> !RuleMatching.needsHttp(rule) && matching.matches(policy, rule));
  }

  /// What the author meant for a direct dial, had the workload a proxy that sees HTTP: no guard at
  /// all.
  Outcome withoutGuards(Attempt attempt) {
    if (!(attempt.path() instanceof Path.Direct(var workload, int port))) {
      return decide(attempt);
    }
    if (attempt.peer() instanceof Peer.Anonymous && mode(workload, port) == Mode.STRICT) {
      return Outcome.DENY;
    }
    var matching = new RuleMatching(world, attempt, false);
    return combine(
        policies(AuthorizationPolicySyntax.class)
            .filter(policy -> concerns(policy, policy.selection(), workload))
            .toList(),
        matching::matches);
  }

  /// Whether a policy holds something for this workload port that only a waypoint can evaluate.
  private boolean guards(PolicyDocument policy, Workload workload, int port) {
    return switch (policy) {
      case AuthorizationPolicySyntax ap ->
          ap.selection() instanceof Selection.Targets
              ? isServedPort(ap, ap.selection(), workload, port)
              : concerns(ap, ap.selection(), workload)
                  && ap.rules().stream()
                      .anyMatch(rule ->
                          RuleMatching.needsHttp(rule) && RuleMatching.mayMatchPort(rule, port));
      case RequestAuthenticationSyntax ra ->
          ra.selection() instanceof Selection.Targets
              ? isServedPort(ra, ra.selection(), workload, port)
              : concerns(ra, ra.selection(), workload);
      default -> false;
    };
  }

  private boolean isServedPort(
      PolicyDocument policy, Selection selection, Workload workload, int port) {
    for (Service service : world.services()) {
      if (world.isBound(service)
          && World.isEndpoint(service, workload)
          && targets(policy, selection, service)) {
        for (Port served : service.ports()) {
          if (AttemptGenerator.target(served) == port) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /// Whether the peer is declared exempt from any guard.
  boolean isExempt(Attempt attempt) {
    return world.enforced().stream().anyMatch(policy -> exempts(policy, attempt.peer()));
  }

  private static boolean exempts(PolicyDocument policy, Peer peer) {
    String declared = policy.metadata().annotation("sluice.dev/guard-exempt");
    return !declared.isEmpty()
        && peer instanceof Peer.Identified(var id)
        && declared.equals(id.principal());
  }

  private interface Matches {
    boolean test(AuthorizationPolicySyntax policy, Rule rule);
  }

  private static Outcome combine(List<AuthorizationPolicySyntax> set, Matches matches) {
    boolean denied =
        set.stream()
            .filter(policy -> policy.action().value() == Action.DENY)
            .anyMatch(
                policy -> policy.rules().stream().anyMatch(rule -> matches.test(policy, rule)));
    List<AuthorizationPolicySyntax> allows =
        set.stream().filter(policy -> policy.action().value() == Action.ALLOW).toList();
    boolean allowed =
        allows.isEmpty()
            || allows.stream()
                .anyMatch(
                    policy -> policy.rules().stream().anyMatch(rule -> matches.test(policy, rule)));
    return !denied && allowed ? Outcome.ALLOW : Outcome.DENY;
  }

  private Mode mode(Workload workload, int port) {
    Mode mesh = Mode.PERMISSIVE;
    Mode namespace = Mode.UNSET;
    Mode own = Mode.UNSET;
    Mode atPort = Mode.UNSET;
    for (var policy : policies(PeerAuthenticationSyntax.class).toList()) {
      if (!concerns(policy, policy.selection(), workload)) {
        continue;
      }
      Mode mode = policy.mode().value();
      if (policy.selection() instanceof Selection.Selector) {
        own = mode;
        var exception = policy.portLevelMtls().get(port);
        atPort = exception == null ? Mode.UNSET : exception.value();
      } else if (policy.metadata().namespace().equals("istio-system")) {
        mesh = mode == Mode.UNSET ? mesh : mode;
      } else {
        namespace = mode;
      }
    }
    return Stream.of(atPort, own, namespace, mesh)
        .filter(mode -> mode != Mode.UNSET)
        .findFirst()
        .orElseThrow();
  }

  /// Whether a policy without targetRefs covers a workload.
  private static boolean concerns(PolicyDocument policy, Selection selection, Workload workload) {
    boolean root = policy.metadata().namespace().equals("istio-system");
    boolean inNamespace =
        root || policy.metadata().namespace().equals(workload.metadata().namespace());
    return switch (selection) {
      case Selection.Everything() -> inNamespace;
      case Selection.Selector(var labels, var _) ->
          inNamespace
              && labels.entrySet().stream()
                  .allMatch(label ->
                      label.getValue().value().equals(workload.podLabels().get(label.getKey())));
      case Selection.Targets _ -> false;
    };
  }

  private boolean targets(PolicyDocument policy, Selection selection, Service service) {
    return selection instanceof Selection.Targets(var refs, var _)
        && refs.stream()
            .anyMatch(ref ->
                switch (ref.kind()) {
                  case SERVICE ->
                      policy.metadata().namespace().equals(service.metadata().namespace())
                          && ref.name().value().equals(service.metadata().name());
                  case GATEWAY ->
                      world
                          .waypointsOf(service)
                          .contains(
                              new World.WaypointName(
                                  policy.metadata().namespace(), ref.name().value()));
                  case GATEWAY_CLASS -> world.isBound(service);
                  case SERVICE_ENTRY -> false;
                });
  }

  private <T extends PolicyDocument> Stream<T> policies(Class<T> kind) {
    return world.enforced().stream().filter(kind::isInstance).map(kind::cast);
  }
}
