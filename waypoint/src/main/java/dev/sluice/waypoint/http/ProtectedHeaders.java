package dev.sluice.waypoint.http;

import java.util.Set;

/// Headers that carry identity, framing or routing: `Connection` cannot nominate them away, and
/// names that resemble them are refused.
final class ProtectedHeaders {

  private static final Set<String> NAMES =
      Set.of(
          "host",
          "content-length",
          "transfer-encoding",
          "content-type",
          "cookie",
          "authorization",
          "forwarded",
          "traceparent",
          "tracestate",
          "baggage");

  private ProtectedHeaders() {}

  static boolean isProtected(String lowerCaseName) {
    return NAMES.contains(lowerCaseName)
        || lowerCaseName.startsWith("x-forwarded-")
        || lowerCaseName.startsWith("x-envoy-")
        || lowerCaseName.startsWith("x-istio-");
  }
}
