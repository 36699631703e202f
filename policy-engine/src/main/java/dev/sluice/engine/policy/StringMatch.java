package dev.sluice.engine.policy;

/// How a text is compared: exactly, by prefix, by suffix, or merely present (non-empty).
///
/// Source: Istio AuthorizationPolicy, "exact match, prefix match `abc*`, suffix match `*abc`,
/// presence match `*`".
public sealed interface StringMatch {

  /// Equal to `value`, case-sensitive.
  record Exact(String value) implements StringMatch {}

  /// Starts with `value`.
  record Prefix(String value) implements StringMatch {}

  /// Ends with `value`.
  record Suffix(String value) implements StringMatch {}

  /// Any non-empty text.
  record Present() implements StringMatch {}

  /// Reads the notation of policies: `*`, `abc*`, `*abc` or `abc`; a star elsewhere is literal.
  static StringMatch parse(String text) {
    if (text.equals("*")) {
      return new Present();
    }
    if (text.startsWith("*")) {
      return new Suffix(text.substring(1));
    }
    if (text.endsWith("*")) {
      return new Prefix(text.substring(0, text.length() - 1));
    }
    return new Exact(text);
  }

  /// Whether `text` matches; the empty text stands for "absent" and matches only `Exact("")`.
  default boolean matches(String text) {
    return switch (this) {
      case Exact(var value) -> text.equals(value);
      case Prefix(var value) -> !text.isEmpty() && text.startsWith(value);
      case Suffix(var value) -> !text.isEmpty() && text.endsWith(value);
      case Present() -> !text.isEmpty();
    };
  }

  /// Whether `text` matches when the case of ASCII letters is ignored (hosts).
  default boolean matchesIgnoringCase(String text) {
    return switch (this) {
      case Exact(var value) -> text.length() == value.length() && AsciiCase.isAt(0, value, text);
      case Prefix(var value) -> !text.isEmpty() && AsciiCase.isAt(0, value, text);
      case Suffix(var value) ->
          !text.isEmpty() && AsciiCase.isAt(text.length() - value.length(), value, text);
      case Present() -> !text.isEmpty();
    };
  }
}
