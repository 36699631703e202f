package dev.sluice.waypoint.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whether the form of a request is acceptable, for both versions of HTTP: one host, one reading of
/// the target, no confusing names. Source: RFC 9110 §7, RFC 9112 §3, CVE classes of mesh proxies.
public final class RequestInspection {

  private static final Set<String> STANDARD_METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");
  private static final String PLAIN_SCHEME = "http://";

  /// The outcome of an inspection.
  public sealed interface Outcome {
    /// The request may be judged.
    record Accepted(RequestFacts facts) implements Outcome {}

    /// The request is answered at once.
    record Refused(Refusal refusal) implements Outcome {}
  }

  private RequestInspection() {}

  /// Inspects a request head.
  public static Outcome inspect(HttpRequest request, HttpLimits limits) {
    if (request.decoderResult().isFailure()) {
      return refused(400, "malformed_request");
    }
    Refusal refusal = methodProblem(request.method().name());
    refusal = refusal == null ? headerProblem(request.headers(), limits) : refusal;
    refusal = refusal == null ? upgradeProblem(request.headers()) : refusal;
    return refusal == null ? target(request) : new Outcome.Refused(refusal);
  }

  private static @Nullable Refusal methodProblem(String method) {
    if (!HeaderChars.isToken(method)) {
      return Refusal.badRequest("malformed_method");
    }
    if (method.equals("CONNECT")) {
      return new Refusal(405, "connect_inside_tunnel");
    }
    boolean looksStandard = STANDARD_METHODS.contains(method.toUpperCase(Locale.ROOT));
    return looksStandard && !STANDARD_METHODS.contains(method)
        ? Refusal.badRequest("method_case")
        : null;
  }

  private static @Nullable Refusal headerProblem(HttpHeaders headers, HttpLimits limits) {
    if (headers.size() > limits.headers()) {
      return new Refusal(431, "too_many_headers");
    }
    long bytes = 0;
    for (Map.Entry<String, String> header : headers) {
      String name = header.getKey();
      bytes += name.length() + header.getValue().length() + 4L;
      if (!HeaderChars.isToken(name) || !HeaderChars.isValue(header.getValue())) {
        return Refusal.badRequest("malformed_header");
      }
      if (name.indexOf('_') >= 0
          && ProtectedHeaders.isProtected(name.toLowerCase(Locale.ROOT).replace('_', '-'))) {
        return Refusal.badRequest("header_resembles_protected");
      }
    }
    if (bytes > limits.headerBytes()) {
      return new Refusal(431, "headers_too_large");
    }
    if (headers.getAll(HttpHeaderNames.CONTENT_LENGTH).size() > 1) {
      return Refusal.badRequest("invalid_content_length");
    }
    return null;
  }

  private static @Nullable Refusal upgradeProblem(HttpHeaders headers) {
    String expect = headers.get(HttpHeaderNames.EXPECT);
    if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
      return new Refusal(417, "unknown_expectation");
    }
    // `h2c` is ignored (RFC 9110 §7.8 allows it); other protocols cannot be judged once upgraded.
    for (String upgrade : headers.getAll(HttpHeaderNames.UPGRADE)) {
      for (String protocol : upgrade.split(",", -1)) {
        if (!protocol.strip().equalsIgnoreCase("h2c")) {
          return Refusal.badRequest("upgrade_not_supported");
        }
      }
    }
    return null;
  }

  private static Outcome target(HttpRequest request) {
    List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
    if (hosts.size() != 1 || !HeaderChars.isAuthority(hosts.getFirst())) {
      return refused(400, "invalid_host");
    }
    String method = request.method().name();
    String host = hosts.getFirst();
    String target = request.uri();
    if (target.equals("*")) {
      return method.equals("OPTIONS")
          ? new Outcome.Accepted(new RequestFacts(method, host, target))
          : refused(400, "asterisk_target");
    }
    if (target.startsWith("/")) {
      return new Outcome.Accepted(new RequestFacts(method, host, target));
    }
    return absolute(method, host, target);
  }

  private static Outcome absolute(String method, String host, String target) {
    if (!target.regionMatches(true, 0, PLAIN_SCHEME, 0, PLAIN_SCHEME.length())) {
      return refused(400, "malformed_target");
    }
    String rest = target.substring(PLAIN_SCHEME.length());
    int end = 0;
    while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    String authority = rest.substring(0, end);
    if (!HeaderChars.isAuthority(authority) || !authority.equalsIgnoreCase(host)) {
      return refused(400, "target_differs_from_host");
    }
    String path = rest.substring(end);
    String origin = path.startsWith("/") ? path : "/" + path;
    return new Outcome.Accepted(new RequestFacts(method, authority, origin));
  }

  private static Outcome refused(int status, String reason) {
    return new Outcome.Refused(new Refusal(status, reason));
  }
}
