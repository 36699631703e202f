package dev.sluice.cli.report;

import dev.sluice.compiler.walk.Hop;
import dev.sluice.compiler.walk.Journey;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Verdict.Cause;

/// Why a proxy decided as it did, in words; rules count from one, as in a plan.
final class CauseText {
  private CauseText() {}

  static String of(Cause cause) {
    return switch (cause) {
      case Cause.ByRule(var policy, int rule) -> policy + ", rule " + (rule + 1);
      case Cause.NoAllowPolicy() -> "no ALLOW policy applies";
      case Cause.NoAllowMatched() -> "ALLOW policies apply and none matches";
      case Cause.PlaintextRefused(var policy) -> policy + " demands mTLS";
      case Cause.JudgedByWaypoint _ -> "judged by the waypoint";
      case Cause.GuardRefused(var policy) ->
          "the guard of " + name(policy) + " refuses direct dials";
      case Cause.GuardExempt(var policy) -> "exempt from the guard of " + name(policy);
      case Cause.NeedsHttp(var policy, int rule) ->
          policy + ", rule " + (rule + 1) + ", which needs an HTTP request to be decided";
      case Cause.TokenInvalid(var reason) -> "the token is invalid: " + reason;
      case Cause.WrongAudience(var reason) -> "the token is for someone else: " + reason;
      case Cause.NoPolicy(var reason) -> reason;
      case Cause.BindingDrift(var detail) -> detail;
    };
  }

  /// Who decided a journey, by what, and where.
  static String of(Journey journey) {
    if (journey.ending() instanceof Journey.Ending.Malformed(var reason)) {
      return "malformed path (" + reason + "), at waypoint";
    }
    return journey.decisive().map(CauseText::of).orElse("no proxy decides in front of it");
  }

  private static String of(Hop hop) {
    return of(hop.verdict().cause()) + ", at " + hop.proxy().label();
  }

  private static String name(PolicyId policy) {
    return policy.namespace() + "/" + policy.name();
  }
}
