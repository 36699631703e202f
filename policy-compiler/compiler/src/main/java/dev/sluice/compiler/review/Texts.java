package dev.sluice.compiler.review;

import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.policy.StringMatch.Exact;
import dev.sluice.engine.policy.StringMatch.Prefix;
import dev.sluice.engine.policy.StringMatch.Present;
import dev.sluice.engine.policy.StringMatch.Suffix;
import java.util.Locale;

/// How two text matchers relate, for every text there is. Both answers are exact for one matcher
/// against one other.
final class Texts {

  private Texts() {}

  /// Whether every text that `premise` matches, `conclusion` matches too.
  static boolean implies(StringMatch premise, StringMatch conclusion) {
    return switch (premise) {
      case Exact(var text) -> conclusion.matches(text);
      case Prefix(var start) ->
          switch (conclusion) {
            case Prefix(var other) -> start.startsWith(other);
            case Present() -> true;
            case Exact _, Suffix _ -> false;
          };
      case Suffix(var end) ->
          switch (conclusion) {
            case Suffix(var other) -> end.endsWith(other);
            case Present() -> true;
            case Exact _, Prefix _ -> false;
          };
      case Present() -> conclusion instanceof Present;
    };
  }

  /// Whether no text is matched by both.
  static boolean excludes(StringMatch one, StringMatch other) {
    return switch (one) {
      case Exact(var text) -> !other.matches(text);
      case Prefix(var start) ->
          switch (other) {
            case Prefix(var second) -> !start.startsWith(second) && !second.startsWith(start);
            case Exact _ -> excludes(other, one);
            case Suffix _, Present _ -> false;
          };
      case Suffix(var end) ->
          switch (other) {
            case Suffix(var second) -> !end.endsWith(second) && !second.endsWith(end);
            case Exact _ -> excludes(other, one);
            case Prefix _, Present _ -> false;
          };
      case Present() -> other instanceof Exact && excludes(other, one);
    };
  }

  /// The matcher for texts that are compared without regard to case, in lower case.
  static StringMatch lowerCase(StringMatch match) {
    return switch (match) {
      case Exact(var text) -> new Exact(text.toLowerCase(Locale.ROOT));
      case Prefix(var text) -> new Prefix(text.toLowerCase(Locale.ROOT));
      case Suffix(var text) -> new Suffix(text.toLowerCase(Locale.ROOT));
      case Present present -> present;
    };
  }
}
