package dev.sluice.waypoint.jwt;

import java.util.Map;
import java.util.Set;

/// What token validation changes in the request before it is forwarded: removals first, then
/// headers to set.
///
/// Names of headers are in lower case; those of parameters and cookies are as configured.
public record TokenEdits(
    Set<String> removeHeaders,
    Set<String> removeParameters,
    Set<String> removeCookies,
    Map<String, String> setHeaders) {

  public TokenEdits {
    removeHeaders = Set.copyOf(removeHeaders);
    removeParameters = Set.copyOf(removeParameters);
    removeCookies = Set.copyOf(removeCookies);
    setHeaders = Map.copyOf(setHeaders);
  }

  /// Nothing changes.
  public static TokenEdits none() {
    return new TokenEdits(Set.of(), Set.of(), Set.of(), Map.of());
  }
}
