package dev.sluice.compiler.place;

import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.LinkedRule;
import dev.sluice.compiler.place.Placement.Point;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.OperationAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Values;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What Istio would do with the same file, where that differs from the intent.
///
/// Source: istio pilot/pkg/serviceregistry/ambient/authorization.go and ztunnel src/rbac.rs, August
/// 2026.
final class UpstreamDifference {

  /// For a policy on trial.
  static final String OF_DRY_RUN =
      "Istio's ztunnel is not sent such a policy unless a flag says so, and enforces it before"
          + " version 1.29";

  private static final Set<SourceAttribute> CONVERTED =
      EnumSet.of(
          SourceAttribute.PRINCIPALS,
          SourceAttribute.NAMESPACES,
          SourceAttribute.SERVICE_ACCOUNTS,
          SourceAttribute.IP_BLOCKS);
  private static final Set<String> UNKNOWN_AT_ZTUNNEL =
      Set.of("source.serviceAccount", "source.trustDomain");

  private UpstreamDifference() {}

  /// For an L7 policy without targetRefs whose workloads are behind a waypoint.
  static String ofSelectedHttp(LinkedPolicy.Authorization policy) {
    return "Istio's waypoints ignore policies without targetRefs, and " + withoutWaypoint(policy);
  }

  /// For a policy that ztunnel can evaluate, at workloads of which some may be behind a waypoint.
  static Optional<String> ofTcp(
      LinkedPolicy.Authorization policy, MeshSettings settings, List<Point> atWaypoints) {
    var texts = new ArrayList<String>();
    if (!atWaypoints.isEmpty()) {
      texts.add(
          "Istio applies this policy only at ztunnel, which sees the waypoint's identity"
              + " instead of the client's");
    }
    boolean allows = policy.action() == Action.ALLOW;
    for (Rule rule : policy.syntax().rules()) {
      if (sources(rule).anyMatch(entry -> entry.attribute() == SourceAttribute.TRUST_DOMAINS)) {
        texts.add(
            "Istio's ztunnel is not sent `trustDomains`, so rule "
                + (rule.index() + 1)
                + (allows ? " admits" : " refuses")
                + " every trust domain, or nothing if it asks for no more");
      }
      for (var when : rule.when()) {
        if (UNKNOWN_AT_ZTUNNEL.contains(when.key().value())) {
          texts.add(
              "Istio's ztunnel does not know `"
                  + when.key().value()
                  + "`, so rule "
                  + (rule.index() + 1)
                  + (allows ? " is left out" : " never matches"));
        }
      }
      if (sources(rule).anyMatch(entry -> isAlias(entry, settings))) {
        texts.add(
            "Istio's ztunnel compares principals as written: `cluster.local` and aliases do not"
                + " stand for the mesh's trust domain there");
      }
    }
    return texts.isEmpty()
        ? Optional.empty()
        : Optional.of(texts.stream().distinct().collect(Collectors.joining("; ")));
  }

  private static Stream<Values<SourceAttribute>> sources(Rule rule) {
    return rule.from().stream().flatMap(from -> from.entries().stream());
  }

  private static boolean isAlias(Values<SourceAttribute> entry, MeshSettings settings) {
    boolean single =
        settings.trustDomain().name().equals("cluster.local")
            && settings.trustDomainAliases().isEmpty();
    return !single
        && entry.attribute() == SourceAttribute.PRINCIPALS
        && entry.values().stream()
            .anyMatch(value ->
                value.value().startsWith("cluster.local/")
                    || value.value().startsWith(settings.trustDomain().name() + "/"));
  }

  /// For an L7 policy at ztunnel.
  static String withoutWaypoint(LinkedPolicy.Authorization policy) {
    if (policy.action() == Action.ALLOW) {
      return "Istio's ztunnel would drop the whole ALLOW rule, so what it admits would be denied";
    }
    List<Remains> rules =
        policy.rules().stream()
            .filter(LinkedRule::needsHttp)
            .map(rule -> remains(policy.syntax().rules().get(rule.index())))
            .toList();
    if (rules.contains(Remains.NOTHING)) {
      return "Istio's ztunnel would treat a DENY clause with only HTTP attributes as never"
          + " matching, so what it forbids would pass";
    }
    return rules.contains(Remains.SOME_ALTERNATIVES)
        ? "Istio's ztunnel would lose the alternatives of a DENY rule that have only HTTP"
            + " attributes, so what they forbid would pass"
        : "Istio's ztunnel would drop the HTTP attributes of a DENY rule, so it would forbid more";
  }

  /// What the conversion for ztunnel leaves of a DENY rule.
  private enum Remains {
    NOTHING,
    SOME_ALTERNATIVES,
    EVERY_ALTERNATIVE
  }

  private static Remains remains(Rule rule) {
    List<List<Boolean>> clauses = new ArrayList<>();
    clauses.add(
        rule.from().stream()
            .map(from ->
                from.entries().stream().anyMatch(entry -> CONVERTED.contains(entry.attribute())))
            .toList());
    clauses.add(
        rule.to().stream()
            .map(to ->
                to.entries().stream()
                    .anyMatch(entry -> entry.attribute() == OperationAttribute.PORTS))
            .toList());
    rule.when()
        .forEach(when ->
            clauses.add(
                List.of(
                    !when.key().value().startsWith("request.")
                        && !UNKNOWN_AT_ZTUNNEL.contains(when.key().value()))));
    clauses.removeIf(List::isEmpty);
    if (clauses.stream().anyMatch(clause -> !clause.contains(true))) {
      return Remains.NOTHING;
    }
    return clauses.stream().anyMatch(clause -> clause.contains(false))
        ? Remains.SOME_ALTERNATIVES
        : Remains.EVERY_ALTERNATIVE;
  }
}
