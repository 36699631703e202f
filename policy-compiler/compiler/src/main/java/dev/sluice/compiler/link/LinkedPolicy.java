package dev.sluice.compiler.link;

import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.HttpRouteSyntax;
import dev.sluice.compiler.syntax.PeerAuthenticationSyntax;
import dev.sluice.compiler.syntax.PolicyDocument;
import dev.sluice.compiler.syntax.RequestAuthenticationSyntax;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import java.util.List;

/// A policy whose names are resolved.
public sealed interface LinkedPolicy {

  PolicyDocument syntax();

  default PolicyId id() {
    var metadata = syntax().metadata();
    return new PolicyId(metadata.kind(), metadata.namespace(), metadata.name());
  }

  /// An AuthorizationPolicy with its scope and the condition of each rule.
  ///
  /// `targets` is empty without targetRefs; `guardExempt` are the peers declared with
  /// `sluice.dev/guard-exempt`.
  record Authorization(
      AuthorizationPolicySyntax syntax,
      Scope scope,
      Action action,
      List<LinkedRule> rules,
      List<ResolvedTarget> targets,
      List<StringMatch> guardExempt)
      implements LinkedPolicy {
    public Authorization {
      rules = List.copyOf(rules);
      targets = List.copyOf(targets);
      guardExempt = List.copyOf(guardExempt);
    }
  }

  /// A PeerAuthentication with its scope.
  record PeerAuth(PeerAuthenticationSyntax syntax, Scope scope) implements LinkedPolicy {}

  /// A RequestAuthentication with its scope.
  record RequestAuth(
      RequestAuthenticationSyntax syntax,
      Scope scope,
      List<ResolvedTarget> targets,
      List<StringMatch> guardExempt)
      implements LinkedPolicy {
    public RequestAuth {
      targets = List.copyOf(targets);
      guardExempt = List.copyOf(guardExempt);
    }
  }

  /// An HTTPRoute with its parents resolved.
  record Route(HttpRouteSyntax syntax, List<RouteParent> parents) implements LinkedPolicy {
    public Route {
      parents = List.copyOf(parents);
    }
  }

  /// One rule; `httpAttributes` are the places of what only a waypoint can see.
  record LinkedRule(
      int index, Condition condition, List<Located<String>> httpAttributes, Span span) {
    public LinkedRule {
      httpAttributes = List.copyOf(httpAttributes);
    }

    public boolean needsHttp() {
      return condition.needsHttp();
    }
  }

  /// What a targetRef names.
  sealed interface ResolvedTarget {
    /// A Service of the tree.
    record OfService(LinkedService service, Span span) implements ResolvedTarget {}

    /// A waypoint of the tree.
    record OfWaypoint(Waypoint waypoint, Span span) implements ResolvedTarget {}

    /// Every waypoint.
    record OfAllWaypoints(Span span) implements ResolvedTarget {}
  }

  /// What a parentRef names; parents that were not found were reported and are left out.
  sealed interface RouteParent {
    /// A Service (port 0: all its ports).
    record OfService(LinkedService service, int port, Span span) implements RouteParent {}

    /// A waypoint: all Services it serves.
    record OfWaypoint(Waypoint waypoint, Span span) implements RouteParent {}

    /// A Gateway of another class: somebody else's.
    record NotOurs(String className, Span span) implements RouteParent {}
  }
}
