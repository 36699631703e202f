package dev.sluice.waypoint.server;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.util.concurrent.atomic.AtomicInteger;

/// What is going on: requests in flight, open HTTP tunnels, and whether the waypoint is leaving.
public final class Activity {

  /// Fired in the pipeline of every HTTP tunnel when the waypoint starts to leave.
  enum Event {
    LEAVING
  }

  private final AtomicInteger requests = new AtomicInteger();
  private final ChannelGroup tunnels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private volatile boolean leaving;

  void requestBegins() {
    requests.incrementAndGet();
  }

  void requestEnds() {
    requests.decrementAndGet();
  }

  void opened(Channel tunnel) {
    tunnels.add(tunnel);
  }

  /// Requests that are being served.
  public int requests() {
    return requests.get();
  }

  public boolean isLeaving() {
    return leaving;
  }

  /// Lets requests in flight finish and no new ones begin.
  public void leave() {
    leaving = true;
    tunnels.forEach(tunnel ->
        tunnel.eventLoop().execute(() -> tunnel.pipeline().fireUserEventTriggered(Event.LEAVING)));
  }

  /// Closes every HTTP tunnel.
  public void cutAll() {
    tunnels.close().addListener(_ -> tunnels.clear());
  }
}
