package dev.sluice.waypoint.upstream;

import dev.sluice.waypoint.http.HttpLimits;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseDecoder;

/// Decodes HTTP/1.1 responses, each for the request that was written before it.
final class ResponseDecoder extends HttpResponseDecoder {

  private HttpMethod requested = HttpMethod.GET;

  ResponseDecoder(HttpLimits limits) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.requestLine())
            .setMaxHeaderSize(limits.headerBytes()));
  }

  /// Says which method the next response answers.
  void answers(HttpMethod method) {
    this.requested = method;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    return requested.equals(HttpMethod.HEAD) || super.isContentAlwaysEmpty(message);
  }

  @Override
  protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
    throw new IllegalArgumentException("response has both a length and a transfer encoding");
  }
}
