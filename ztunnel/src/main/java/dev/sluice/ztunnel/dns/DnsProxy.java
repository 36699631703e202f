package dev.sluice.ztunnel.dns;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.netty.Sockets;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.telemetry.DnsMetrics;
import io.netty.channel.EventLoop;
import java.util.List;

/// Answers the DNS queries of workloads, each at listeners of its own: who asks is known by where.
public final class DnsProxy implements AutoCloseable {

  /// What became of an attempt to listen for a workload.
  public sealed interface Opened {

    /// Queries are answered.
    record Listening(DnsListeners listeners) implements Opened {}

    /// Nothing listens.
    record Failed(String reason) implements Opened {}
  }

  private final Transport transport;
  private final WorkloadResolver.Shared shared;
  private final Upstreams upstreams;

  private DnsProxy(Transport transport, WorkloadResolver.Shared shared) {
    this.transport = transport;
    this.shared = shared;
    this.upstreams = Upstreams.start(shared.settings().resolverFile());
  }

  /// A proxy that listens for nobody yet.
  public static DnsProxy start(
      Transport transport, LiveMesh mesh, DnsSettings settings, DnsMetrics metrics) {
    return new DnsProxy(transport, new WorkloadResolver.Shared(mesh, settings, metrics));
  }

  /// Listens for a pod with sockets in its network namespace; blocks until it does or cannot.
  public Opened openInPod(String namespace, String name, Sockets sockets) {
    return open(new WorkloadResolver.Client(namespace, name, List.of()), sockets);
  }

  /// Listens for the workload whose machine this is, which searches names as the machine does.
  public Opened openHere(String namespace, String name) {
    var domains = upstreams.current().searchDomains();
    return open(new WorkloadResolver.Client(namespace, name, domains), Sockets.own());
  }

  private Opened open(WorkloadResolver.Client client, Sockets sockets) {
    EventLoop loop = transport.loops().next();
    var forwarder =
        new Forwarder(
            new Upstream(loop, sockets, Forwarder.ATTEMPT),
            () -> upstreams.current().servers(),
            Ticker.systemTicker());
    var resolver = new WorkloadResolver(shared, client, loop, forwarder);
    return DnsListeners.open(transport, sockets, resolver, shared.settings().addresses());
  }

  /// Stops to read the file that names the servers; listeners are closed one by one.
  @Override
  public void close() {
    upstreams.close();
  }
}
