package dev.sluice.waypoint.jwt;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A request with given header lines (names in lower case) and query.
record Request(Map<String, List<String>> lines, String query) implements TokenSource {

  static Request bearer(String token) {
    return new Request(Map.of("authorization", List.of("Bearer " + token)), "");
  }

  @Override
  public List<String> headers(String name) {
    return lines.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }
}
