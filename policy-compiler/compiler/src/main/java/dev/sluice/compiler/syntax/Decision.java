package dev.sluice.compiler.syntax;

import dev.sluice.engine.policy.Verdict;
import java.util.Locale;

/// What becomes of a request, without the cause.
public enum Decision {
  ALLOW,
  DENY,
  /// The token is invalid: 401.
  REJECT;

  public static Decision of(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Allow _ -> ALLOW;
      case Verdict.Deny _ -> DENY;
      case Verdict.Reject _ -> REJECT;
    };
  }

  /// The word used in every file and output format.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
