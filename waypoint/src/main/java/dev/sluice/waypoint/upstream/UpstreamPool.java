package dev.sluice.waypoint.upstream;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Calls endpoints, reusing connections; each event loop keeps its own, so nothing is locked.
public final class UpstreamPool implements AutoCloseable {

  private final TunnelOpener opener;
  private final Map<EventLoop, LoopPool> loops = new ConcurrentHashMap<>();

  public UpstreamPool(TunnelOpener opener) {
    this.opener = opener;
  }

  /// Starts a call on the caller's event loop. A `FullHttpRequest` has no body to follow; the head
  /// passes to the call.
  public UpstreamCall call(
      EventLoop loop, UpstreamTarget target, HttpRequest head, ResponseListener listener) {
    var call = new UpstreamCall(head, listener);
    loops.computeIfAbsent(loop, this::pool).start(target, call);
    return call;
  }

  private LoopPool pool(EventLoop loop) {
    return new LoopPool(loop, opener);
  }

  /// Closes idle connections and keeps no more; calls in flight go on.
  @Override
  public void close() {
    loops.forEach((loop, pool) -> loop.execute(pool::close));
  }
}
