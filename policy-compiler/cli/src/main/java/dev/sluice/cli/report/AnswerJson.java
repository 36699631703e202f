package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.walk.Hop;
import dev.sluice.compiler.walk.Journey;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Verdict.Cause;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Journeys as data: the form `actual` of `test` and `explain` share.
final class AnswerJson {
  private AnswerJson() {}

  static ObjectNode of(Journey journey) {
    Optional<Hop> decisive = journey.decisive();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("decision", journey.decision().word());
    json.put("by", decisive.map(hop -> policy(hop.verdict().cause())).orElse(null));
    json.put("rule", decisive.map(hop -> rule(hop.verdict().cause())).orElse(null));
    json.put("reason", decisive.map(hop -> hop.verdict().cause().code()).orElse(null));
    json.put("at", at(journey, decisive));
    json.put("route", journey.route().map(PolicyId::toString).orElse(null));
    json.put("end", journey.end());
    var hops = json.putArray("hops");
    journey.hops().forEach(hop -> hops.add(of(hop)));
    return json;
  }

  /// What a waypoint refuses before any policy is decided there too.
  private static @Nullable String at(Journey journey, Optional<Hop> decisive) {
    return journey.ending() instanceof Journey.Ending.Malformed
        ? "waypoint"
        : decisive.map(hop -> hop.proxy().layer()).orElse(null);
  }

  private static ObjectNode of(Hop hop) {
    Cause cause = hop.verdict().cause();
    return JsonNodeFactory.instance
        .objectNode()
        .put("at", hop.proxy().layer())
        .put("proxy", hop.proxy().label())
        .put("workload", hop.workload())
        .put("decision", Decision.of(hop.verdict()).word())
        .put("reason", cause.code())
        .put("by", policy(cause))
        .put("rule", rule(cause));
  }

  private static @Nullable String policy(Cause cause) {
    PolicyId policy = cause.policy();
    return policy == null ? null : policy.toString();
  }

  /// The rule that decided, counted from zero.
  static @Nullable Integer rule(Cause cause) {
    return switch (cause) {
      case Cause.ByRule(var _, int rule) -> rule;
      case Cause.NeedsHttp(var _, int rule) -> rule;
      case Cause.NoAllowPolicy _,
          Cause.NoAllowMatched _,
          Cause.PlaintextRefused _,
          Cause.JudgedByWaypoint _,
          Cause.GuardRefused _,
          Cause.GuardExempt _,
          Cause.TokenInvalid _,
          Cause.WrongAudience _,
          Cause.NoPolicy _,
          Cause.BindingDrift _ ->
          null;
    };
  }
}
