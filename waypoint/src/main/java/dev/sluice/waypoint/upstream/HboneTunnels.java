package dev.sluice.waypoint.upstream;

import dev.sluice.runtime.hbone.ConnectHead;
import dev.sluice.runtime.hbone.HbonePool;
import dev.sluice.runtime.hbone.HboneTarget;
import dev.sluice.runtime.identity.WorkloadCertificate;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Opens tunnels with the waypoint's own identity, to exactly the identity of the workload.
///
/// `port` is where workloads take HBONE; `source` null leaves the source address to the kernel.
public record HboneTunnels(
    HbonePool pool, Supplier<WorkloadCertificate> own, int port, @Nullable InetAddress source)
    implements TunnelOpener {

  @Override
  public Future<Channel> open(UpstreamTarget target, EventLoop loop) {
    var hbone =
        new HboneTarget(
            new InetSocketAddress(target.address(), port),
            Set.of(target.identity()),
            source,
            own.get());
    return pool.open(hbone, ConnectHead.of(target.authority()), loop);
  }
}
