package dev.sluice.ztunnel.capture;

import dev.sluice.runtime.mesh.Workload;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/// A way to bring the connections of local workloads into the proxy.
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

  /// Where the application of a workload listens for what comes in to `destination`, an address and
  /// port of the workload.
  InetSocketAddress application(Workload workload, InetSocketAddress destination);

  /// Outbound listeners by `<namespace>/<name>→<destination>`.
  Map<String, InetSocketAddress> outboundListeners();

  /// Plaintext listeners by `<namespace>/<name>:<port>`.
  Map<String, InetSocketAddress> inboundListeners();

  /// Stops to bring connections; those brought go on.
  @Override
  void close();
}
