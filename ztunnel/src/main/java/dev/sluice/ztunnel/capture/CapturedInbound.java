package dev.sluice.ztunnel.capture;

import io.netty.channel.Channel;

/// A plaintext connection to a port of the local workload `namespace/name`; `channel` reads nothing
/// until it is asked to.
public record CapturedInbound(Channel channel, String workload, int port) {}
