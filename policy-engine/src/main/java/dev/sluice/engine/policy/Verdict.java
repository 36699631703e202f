package dev.sluice.engine.policy;

import dev.sluice.engine.identity.SpiffeId;
import org.jspecify.annotations.Nullable;

/// The outcome of a decision, with its cause.
public sealed interface Verdict {

  Cause cause();

  /// Let it pass.
  record Allow(Cause cause) implements Verdict {}

  /// Refuse it: 403 at a waypoint, 401 on the CONNECT at ztunnel (as upstream ztunnel answers).
  record Deny(Cause cause) implements Verdict {}

  /// The token is invalid: 401.
  record Reject(Cause cause) implements Verdict {}

  default boolean allows() {
    return this instanceof Allow;
  }

  /// Why: a stable code for metrics and scripts, and the policy and rule when one decided.
  sealed interface Cause {
    /// Stable snake_case word.
    String code();

    /// The policy that decided; null when none did.
    @Nullable PolicyId policy();

    /// A rule matched.
    record ByRule(PolicyId policy, int rule) implements Cause {
      @Override
      public String code() {
        return "rule";
      }
    }

    /// No ALLOW policy covers the destination, and no DENY matched.
    record NoAllowPolicy() implements Cause {
      @Override
      public String code() {
        return "no_allow_policy";
      }

      @Override
      public @Nullable PolicyId policy() {
        return null;
      }
    }

    /// ALLOW policies cover the destination and none matched.
    record NoAllowMatched() implements Cause {
      @Override
      public String code() {
        return "no_allow_matched";
      }

      @Override
      public @Nullable PolicyId policy() {
        return null;
      }
    }

    /// The port requires mTLS and the peer has no identity.
    record PlaintextRefused(PolicyId policy) implements Cause {
      @Override
      public String code() {
        return "plaintext_refused";
      }
    }

    /// The guard admits this waypoint: the client was judged there.
    record JudgedByWaypoint(PolicyId policy, SpiffeId waypoint) implements Cause {
      @Override
      public String code() {
        return "judged_by_waypoint";
      }
    }

    /// The guard refuses a direct dial.
    record GuardRefused(PolicyId policy) implements Cause {
      @Override
      public String code() {
        return "guard_refused";
      }
    }

    /// The peer is declared exempt from the guard.
    record GuardExempt(PolicyId policy) implements Cause {
      @Override
      public String code() {
        return "guard_exempt";
      }
    }

    /// A TCP connection reached a DENY rule that needs an HTTP request.
    record NeedsHttp(PolicyId policy, int rule) implements Cause {
      @Override
      public String code() {
        return "needs_http";
      }
    }

    /// A presented token is invalid.
    record TokenInvalid(String reason) implements Cause {
      @Override
      public String code() {
        return "token_invalid";
      }

      @Override
      public @Nullable PolicyId policy() {
        return null;
      }
    }

    /// A presented token is for another audience.
    record WrongAudience(String reason) implements Cause {
      @Override
      public String code() {
        return "wrong_audience";
      }

      @Override
      public @Nullable PolicyId policy() {
        return null;
      }
    }

    /// There is nothing to decide by: no verified bundle, or one that does not cover this proxy.
    record NoPolicy(String reason) implements Cause {
      @Override
      public String code() {
        return "no_policy";
      }

      @Override
      public @Nullable PolicyId policy() {
        return null;
      }
    }

    /// What the proxy observes differs from what the bundle's placement assumed.
    record BindingDrift(String detail) implements Cause {
      @Override
      public String code() {
        return "binding_drift";
      }

      @Override
      public @Nullable PolicyId policy() {
        return null;
      }
    }
  }
}
