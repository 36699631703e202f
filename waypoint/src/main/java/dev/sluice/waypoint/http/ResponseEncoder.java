package dev.sluice.waypoint.http;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/// Encodes HTTP/1.1 responses, without a body when the request was HEAD.
public final class ResponseEncoder extends HttpResponseEncoder {

  private HttpMethod answered = HttpMethod.GET;

  /// Says which method the next response answers.
  public void answers(HttpMethod method) {
    this.answered = method;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse response) {
    return answered.equals(HttpMethod.HEAD) || super.isContentAlwaysEmpty(response);
  }
}
