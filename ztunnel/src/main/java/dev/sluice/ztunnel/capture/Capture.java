package dev.sluice.ztunnel.capture;

import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.netty.Dial;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/// A way to bring the connections of local workloads into the proxy, and to dial in their place.
///
/// What accepts them differs (explicit listeners, redirected sockets in a pod's network namespace);
/// what the proxy does with them does not.
public interface Capture extends AutoCloseable {

  /// What takes captured connections; called on the connection's event loop.
  interface Sink {
    /// A local workload dialled `destination`.
    void outbound(CapturedOutbound connection);

    /// Somebody dialled a local workload without HBONE.
    void inbound(CapturedInbound connection);
  }

  /// Starts to bring connections; returns what went wrong, one sentence each.
  List<String> start(Sink sink);

  /// How the application of a workload is dialled for what `client` sends to `destination`, an
  /// address and port of the workload.
  Dial application(Workload workload, InetSocketAddress destination, InetSocketAddress client);

  /// How the proxy dials `destination` in the place of a local workload.
  Departure departure(Workload workload, InetAddress destination);

  /// Outbound listeners by `<namespace>/<name>→<destination>`, or by `<namespace>/<name>` where one
  /// listener takes all destinations.
  Map<String, InetSocketAddress> outboundListeners();

  /// Plaintext listeners by `<namespace>/<name>:<port>`, or by `<namespace>/<name>` where one
  /// listener takes all ports.
  Map<String, InetSocketAddress> inboundListeners();

  /// Stops to bring connections; those brought go on.
  @Override
  void close();
}
