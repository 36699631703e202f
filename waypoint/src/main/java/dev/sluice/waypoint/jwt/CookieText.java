package dev.sluice.waypoint.jwt;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reading and removing pairs of a `Cookie` header. Source: RFC 6265 §4.2.1.
public final class CookieText {

  private CookieText() {}

  /// The values of a cookie, in order; surrounding double quotes are taken off.
  static List<String> values(List<String> headers, String name) {
    List<String> found = new ArrayList<>();
    for (String header : headers) {
      for (String pair : header.split(";", -1)) {
        int equals = pair.indexOf('=');
        if (equals >= 0 && pair.substring(0, equals).strip().equals(name)) {
          found.add(unquoted(pair.substring(equals + 1).strip()));
        }
      }
    }
    return found;
  }

  /// The header value without the named cookies; empty when none is left.
  public static String without(String header, Set<String> names) {
    List<String> kept = new ArrayList<>();
    for (String pair : header.split(";", -1)) {
      int equals = pair.indexOf('=');
      String name = (equals < 0 ? pair : pair.substring(0, equals)).strip();
      if (!pair.isBlank() && !names.contains(name)) {
        kept.add(pair.strip());
      }
    }
    return String.join("; ", kept);
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
