package dev.sluice.engine.route;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/// A regular expression of a route: RE2 syntax without flags, matched against the whole text in
/// linear time.
public final class RoutePattern {

  /// Longest pattern in characters: the largest value Gateway API admits anywhere (header values).
  public static final int MAX_LENGTH = 4096;

  private final Pattern pattern;

  private RoutePattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /// Whether a text is a pattern.
  public sealed interface Outcome {
    /// It is.
    record Compiled(RoutePattern pattern) implements Outcome {}

    /// It is too long, too large when expanded, nested too deep, or not RE2 syntax.
    record Refused(String reason) implements Outcome {}
  }

  /// Compiles `text`.
  public static Outcome compile(String text) {
    if (text.length() > MAX_LENGTH) {
      return new Outcome.Refused("longer than " + MAX_LENGTH + " characters");
    }
    if (!PatternSize.isReasonable(text)) {
      return new Outcome.Refused("nested too deep or too large when repetitions are expanded");
    }
    try {
      return new Outcome.Compiled(new RoutePattern(Pattern.compile(text)));
    } catch (PatternSyntaxException invalid) {
      return new Outcome.Refused(invalid.getDescription());
    }
  }

  /// Compiles a pattern that was accepted before.
  ///
  /// @throws IllegalArgumentException when it is refused after all
  static RoutePattern compiled(String text) {
    return switch (compile(text)) {
      case Outcome.Compiled(var pattern) -> pattern;
      case Outcome.Refused(var reason) ->
          throw new IllegalArgumentException("pattern `" + text + "`: " + reason);
    };
  }

  /// Whether the whole text matches.
  public boolean matches(String text) {
    return pattern.matches(text);
  }
}
