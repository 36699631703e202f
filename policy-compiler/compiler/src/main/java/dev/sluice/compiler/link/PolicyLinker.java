package dev.sluice.compiler.link;

import dev.sluice.compiler.link.LinkedPolicy.LinkedRule;
import dev.sluice.compiler.link.LinkedPolicy.ResolvedTarget;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.HttpRouteSyntax;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.PeerAuthenticationSyntax;
import dev.sluice.compiler.syntax.PolicyDocument;
import dev.sluice.compiler.syntax.RequestAuthenticationSyntax;
import dev.sluice.compiler.syntax.Selection;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Resolves the names in one policy: its scope, its targets or parents, its identities and ports.
final class PolicyLinker {

  private static final String EXEMPT = "sluice.dev/guard-exempt";

  private final MeshSettings settings;
  private final TargetResolver targets;
  private final List<TrustDomain> trustDomains;

  PolicyLinker(MeshSettings settings, TargetResolver targets) {
    this.settings = settings;
    this.targets = targets;
    trustDomains = Conditions.trustDomains(settings);
  }

  LinkedPolicy link(PolicyDocument policy) {
    return switch (policy) {
      case AuthorizationPolicySyntax authorization -> authorization(authorization);
      case PeerAuthenticationSyntax peer ->
          new LinkedPolicy.PeerAuth(peer, scope(peer.metadata(), peer.selection()));
      case RequestAuthenticationSyntax request ->
          new LinkedPolicy.RequestAuth(
              request,
              scope(request.metadata(), request.selection()),
              targets(request.metadata(), request.selection()),
              exempt(request.metadata()));
      case HttpRouteSyntax route -> new LinkedPolicy.Route(route, targets.parents(route));
    };
  }

  private LinkedPolicy authorization(AuthorizationPolicySyntax policy) {
    Metadata metadata = policy.metadata();
    boolean targeted = policy.selection() instanceof Selection.Targets;
    var conditions =
        new Conditions(
            trustDomains,
            metadata.namespace(),
            targeted ? Conditions.Addressee.SERVICE : Conditions.Addressee.WORKLOAD);
    var rules = new ArrayList<LinkedRule>(policy.rules().size());
    for (Rule rule : policy.rules()) {
      rules.add(
          new LinkedRule(
              rule.index(), conditions.of(rule), Conditions.httpAttributes(rule), rule.span()));
    }
    return new LinkedPolicy.Authorization(
        policy,
        scope(metadata, policy.selection()),
        action(policy),
        rules,
        targets(metadata, policy.selection()),
        exempt(metadata));
  }

  private static Action action(AuthorizationPolicySyntax policy) {
    return switch (policy.action().value()) {
      case ALLOW -> Action.ALLOW;
      case DENY -> Action.DENY;
      case AUDIT, CUSTOM ->
          throw new IllegalStateException("action " + policy.action() + " passed validation");
    };
  }

  private Scope scope(Metadata metadata, Selection selection) {
    boolean root = metadata.namespace().equals(settings.rootNamespace());
    return switch (selection) {
      case Selection.Everything() ->
          root ? new Scope.Mesh() : new Scope.InNamespace(metadata.namespace());
      case Selection.Selector(var labels, var _) ->
          root
              ? new Scope.SelectedAnywhere(plain(labels))
              : new Scope.Selected(metadata.namespace(), plain(labels));
      case Selection.Targets(var refs, var _) ->
          new Scope.Addressed(
              refs.stream()
                  .map(ref ->
                      switch (ref.kind()) {
                        case SERVICE ->
                            (Scope.Target)
                                new Scope.Target.Service(metadata.namespace(), ref.name().value());
                        case SERVICE_ENTRY ->
                            new Scope.Target.ServiceEntry(metadata.namespace(), ref.name().value());
                        case GATEWAY ->
                            new Scope.Target.Waypoint(metadata.namespace(), ref.name().value());
                        case GATEWAY_CLASS -> new Scope.Target.AllWaypoints();
                      })
                  .toList());
    };
  }

  private List<ResolvedTarget> targets(Metadata metadata, Selection selection) {
    return selection instanceof Selection.Targets(var refs, var _)
        ? targets.resolve(metadata, refs)
        : List.of();
  }

  private static List<StringMatch> exempt(Metadata metadata) {
    String stated = metadata.annotation(EXEMPT);
    if (stated.isEmpty()) {
      return List.of();
    }
    return Stream.of(stated.split(",", -1))
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .map(StringMatch::parse)
        .toList();
  }

  private static Map<String, String> plain(Map<String, Located<String>> labels) {
    var plain = new HashMap<String, String>();
    labels.forEach((key, value) -> plain.put(key, value.value()));
    return plain;
  }
}
