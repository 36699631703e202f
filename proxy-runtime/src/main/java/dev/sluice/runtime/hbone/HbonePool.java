package dev.sluice.runtime.hbone;

import dev.sluice.runtime.identity.WorkloadCertificate;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.Map;

/// Opens tunnels, sharing connections between tunnels to the same target.
public final class HbonePool implements AutoCloseable {

  private boolean closed;

  public HbonePool(HboneSettings settings) {}

  /// Builds the TLS context of `own` ahead of the first tunnel; takes milliseconds.
  public void prepare(WorkloadCertificate own) {
    closed = false;
  }

  /// Opens a tunnel whose channel lives on `loop`; fails with a [TunnelException].
  ///
  /// The channel carries `ByteBuf` both ways and reads nothing until `setAutoRead(true)` or
  /// `read()`: add handlers first.
  public Future<Channel> open(HboneTarget target, ConnectHead head, EventLoop loop) {
    return loop.newFailedFuture(
        new TunnelException(
            new TunnelFailure.PoolExhausted(target.address(), "closed: " + closed)));
  }

  /// The headers of the 200 that opened `tunnel`, names in lower case.
  public static List<Map.Entry<String, String>> responseHeaders(Channel tunnel) {
    return List.of();
  }

  /// Closes every connection; tunnels on them are reset.
  @Override
  public void close() {
    closed = true;
  }
}
