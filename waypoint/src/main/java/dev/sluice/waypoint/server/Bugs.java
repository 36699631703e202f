package dev.sluice.waypoint.server;

import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells what broke a tunnel: peers break tunnels all the time, anything else is a bug and is
/// logged as one.
final class Bugs {

  private static final Logger LOG = LoggerFactory.getLogger(Bugs.class);

  private Bugs() {}

  static void report(Throwable cause) {
    if (cause instanceof IOException || cause instanceof Http2Exception) {
      LOG.debug("tunnel broken: {}", cause.getMessage());
    } else {
      LOG.error("request failed on a bug", cause);
    }
  }
}
