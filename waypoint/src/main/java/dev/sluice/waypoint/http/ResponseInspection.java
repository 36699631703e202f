package dev.sluice.waypoint.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether a response head of an upstream can be passed on; an upstream is not trusted either.
public final class ResponseInspection {

  private ResponseInspection() {}

  /// The problem of a response as a stable snake_case code; empty when there is none.
  public static Optional<String> problem(HttpResponse response, HttpLimits limits) {
    if (response.decoderResult().isFailure()) {
      return Optional.of("malformed_response");
    }
    int status = response.status().code();
    if (status < 100 || status > 599 || status == 101) {
      return Optional.of("unexpected_status");
    }
    List<String> lengths = response.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
    List<String> codings = response.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    boolean framedTwice = !lengths.isEmpty() && !codings.isEmpty();
    boolean unknownCoding =
        codings.size() > 1
            || (!codings.isEmpty() && !codings.getFirst().equalsIgnoreCase("chunked"));
    if (lengths.size() > 1 || framedTwice || unknownCoding) {
      return Optional.of("ambiguous_response_framing");
    }
    return response.headers().size() > limits.headers()
        ? Optional.of("too_many_response_headers")
        : headerProblem(response);
  }

  private static Optional<String> headerProblem(HttpResponse response) {
    for (Map.Entry<String, String> header : response.headers()) {
      boolean controls =
          header.getValue().chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f);
      if (!HeaderChars.isToken(header.getKey()) || controls) {
        return Optional.of("malformed_response_header");
      }
    }
    return Optional.empty();
  }
}
