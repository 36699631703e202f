package dev.sluice.waypoint.server;

import dev.sluice.waypoint.telemetry.RequestRecord;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;

/// The client's side of an exchange: an HTTP/1.1 connection or an HTTP/2 stream.
interface Downstream {

  /// What may follow when a response has been written in full.
  enum Reuse {
    /// The request was read in full, and the client wants to go on.
    KEEP,
    /// The connection ends here.
    END
  }

  EventLoop loop();

  RequestRecord.Version version();

  /// Adds to a response head what this version needs to delimit the body and to say what follows.
  void frame(HttpResponse head, HttpMethod answered, Reuse reuse);

  void write(Object message);

  void flush();

  boolean isWritable();

  /// Asks for more of the request.
  void read();

  /// The response has been written in full.
  void finished(Reuse reuse);

  /// The response cannot be completed: the client has to notice.
  void abort();
}
