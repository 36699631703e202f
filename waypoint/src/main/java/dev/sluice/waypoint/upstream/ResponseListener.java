package dev.sluice.waypoint.upstream;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;

/// Learns what comes of a call, on its event loop.
public interface ResponseListener {

  /// The head has been written: the body may follow.
  void ready();

  /// The head of the response, inspected; never an informational one.
  void response(HttpResponse head);

  /// A piece of the body, the last one being a `LastHttpContent`; the listener owns it.
  void content(HttpContent content);

  /// Everything read so far has been handed over; more comes after {@link UpstreamCall#read}.
  void readComplete();

  /// The endpoint takes more of the request's body.
  void writable();

  /// The call is over without a complete response; called at most once, and nothing after it.
  void failed(UpstreamFailure failure);
}
