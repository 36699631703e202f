package dev.sluice.ztunnel.capture;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/// A connection that the local workload `namespace/name` made to `destination`, a Service or pod
/// address; `channel` reads nothing until it is asked to.
public record CapturedOutbound(Channel channel, String workload, InetSocketAddress destination) {}
