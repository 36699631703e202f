package dev.sluice.waypoint.upstream;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;

/// Opens a tunnel to an endpoint; its channel lives on `loop` and reads nothing by itself.
@FunctionalInterface
public interface TunnelOpener {

  Future<Channel> open(UpstreamTarget target, EventLoop loop);
}
