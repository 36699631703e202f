package dev.sluice.ztunnel.outbound;

import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.process.PortsFile;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The headers a CONNECT carries for telemetry: `baggage`, `forwarded` and `traceparent`.
///
/// Nobody decides by them. Source: ztunnel's outbound; RFC 7239; W3C Baggage and Trace Context.
final class TunnelHeaders {

  private TunnelHeaders() {}

  /// The headers of a connection by `source`, from `client`, in the order upstream sends them.
  static List<Map.Entry<String, String>> of(
      Workload source, InetSocketAddress client, @Nullable Service service, String traceparent) {
    String host = service == null ? "" : ";host=" + service.hostname();
    return List.of(
        Map.entry("baggage", Baggage.of(source)),
        Map.entry("forwarded", "for=\"" + PortsFile.text(client) + "\"" + host),
        Map.entry("traceparent", traceparent));
  }
}
