package dev.sluice.engine.route;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads parameters from a query string as `application/x-www-form-urlencoded`.
final class QueryParameters {

  private QueryParameters() {}

  /// The decoded value of the first parameter of this name; empty when it has no `=`, null when it
  /// is absent.
  static @Nullable String first(String query, String name) {
    int start = 0;
    while (start < query.length()) {
      int end = query.indexOf('&', start);
      end = end < 0 ? query.length() : end;
      int equals = query.indexOf('=', start);
      boolean valued = equals >= 0 && equals < end;
      if (decoded(query.substring(start, valued ? equals : end)).equals(name)) {
        return valued ? decoded(query.substring(equals + 1, end)) : "";
      }
      start = end + 1;
    }
    return null;
  }

  /// A text that is not well-formed stands for itself.
  private static String decoded(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return text;
    }
  }
}
