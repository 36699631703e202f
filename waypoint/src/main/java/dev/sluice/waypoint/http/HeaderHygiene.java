package dev.sluice.waypoint.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Removes from a message what concerns only one connection or what nobody but a proxy may say.
/// Source: RFC 9110 §7.6.1.
public final class HeaderHygiene {

  static final String CLIENT_CERTIFICATE = "x-forwarded-client-cert";

  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings");

  private HeaderHygiene() {}

  /// Cleans a request before anything is added to it.
  public static void cleanRequest(HttpHeaders headers) {
    boolean takesTrailers = "trailers".equalsIgnoreCase(headers.get(HttpHeaderNames.TE));
    removeNominated(headers);
    for (String name : List.copyOf(headers.names())) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (HOP_BY_HOP.contains(lower) || isControl(lower)) {
        headers.remove(name);
      }
    }
    headers.remove(HttpHeaderNames.EXPECT);
    if (takesTrailers) {
      headers.set(HttpHeaderNames.TE, "trailers");
    }
  }

  /// Cleans a response before anything is added to it.
  public static void cleanResponse(HttpHeaders headers) {
    removeNominated(headers);
    for (String name : List.copyOf(headers.names())) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (HOP_BY_HOP.contains(lower) || isControl(lower)) {
        headers.remove(name);
      }
    }
  }

  /// Says who the client is, as proven by its certificate and by nothing else.
  public static void identify(HttpHeaders headers, String waypointUri, String clientUri) {
    headers.set(CLIENT_CERTIFICATE, "By=" + waypointUri + ";URI=" + clientUri);
    headers.set("x-forwarded-proto", "http");
  }

  private static boolean isControl(String name) {
    return name.equals(CLIENT_CERTIFICATE)
        || name.startsWith("x-envoy-")
        || name.startsWith("x-istio-")
        || name.startsWith("x-http2-");
  }

  private static void removeNominated(HttpHeaders headers) {
    List<String> nominated = new ArrayList<>();
    for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
      for (String name : value.split(",", -1)) {
        nominated.add(name.strip().toLowerCase(Locale.ROOT));
      }
    }
    for (String name : nominated) {
      if (!name.isEmpty() && !ProtectedHeaders.isProtected(name)) {
        headers.remove(name);
      }
    }
  }
}
