package dev.sluice.waypoint.jwt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reading and removing parameters of a query without touching the others.
public final class QueryText {

  private QueryText() {}

  /// The decoded values of a parameter, in order.
  static List<String> values(String query, String name) {
    List<String> found = new ArrayList<>();
    for (String pair : pairs(query)) {
      int equals = pair.indexOf('=');
      if (decode(equals < 0 ? pair : pair.substring(0, equals)).equals(name)) {
        found.add(equals < 0 ? "" : decode(pair.substring(equals + 1)));
      }
    }
    return found;
  }

  /// The query without the named parameters; the rest keeps its bytes and order.
  public static String without(String query, Set<String> names) {
    if (names.isEmpty() || query.isEmpty()) {
      return query;
    }
    List<String> kept = new ArrayList<>();
    for (String pair : pairs(query)) {
      int equals = pair.indexOf('=');
      if (!names.contains(decode(equals < 0 ? pair : pair.substring(0, equals)))) {
        kept.add(pair);
      }
    }
    return String.join("&", kept);
  }

  private static List<String> pairs(String query) {
    return query.isEmpty() ? List.of() : List.of(query.split("&", -1));
  }

  /// Form decoding; a malformed escape stays as it is.
  static String decode(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    byte[] in = text.getBytes(StandardCharsets.ISO_8859_1);
    byte[] out = new byte[in.length];
    int length = 0;
    for (int i = 0; i < in.length; i++) {
      int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
      int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
      if (in[i] == '%' && high >= 0 && low >= 0) {
        out[length++] = (byte) (high * 16 + low);
        i += 2;
      } else {
        out[length++] = in[i] == '+' ? (byte) ' ' : in[i];
      }
    }
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }
}
