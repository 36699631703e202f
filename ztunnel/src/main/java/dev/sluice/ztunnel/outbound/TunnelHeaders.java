package dev.sluice.ztunnel.outbound;

import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.process.PortsFile;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The headers a CONNECT carries for telemetry: `baggage`, `forwarded` and `traceparent`.
///
/// Nobody decides by them. Source: ztunnel's outbound; RFC 7239; W3C Baggage and Trace Context.
public final class TunnelHeaders {

  private TunnelHeaders() {}

  /// The headers of a connection by `source`, from `client`, in the order upstream sends them.
  static List<Map.Entry<String, String>> of(
      Workload source, InetSocketAddress client, @Nullable Service service, String traceparent) {
    String host = service == null ? "" : ";host=" + service.hostname();
    return List.of(
        Map.entry("baggage", baggage(source)),
        Map.entry("forwarded", "for=\"" + PortsFile.text(client) + "\"" + host),
        Map.entry("traceparent", traceparent));
  }

  /// What is known of a workload; members that are not known are left out.
  public static String baggage(Workload workload) {
    var origin = workload.origin();
    var members = new ArrayList<String>();
    add(members, "k8s.cluster.name", origin.cluster());
    add(members, "k8s.namespace.name", workload.namespace());
    add(members, "k8s." + origin.workloadType() + ".name", origin.workloadName());
    add(members, "service.name", origin.canonicalName());
    add(members, "service.version", origin.canonicalRevision());
    add(members, "cloud.region", origin.locality().region());
    add(members, "cloud.availability_zone", origin.locality().zone());
    return String.join(",", members);
  }

  private static void add(List<String> members, String name, String value) {
    if (!value.isEmpty()) {
      members.add(name + "=" + encode(value));
    }
  }

  /// Percent-encodes what a baggage value may not hold.
  private static String encode(String value) {
    var out = new StringBuilder(value.length());
    for (byte b : value.getBytes(StandardCharsets.UTF_8)) {
      int c = b & 0xff;
      boolean plain = c > ' ' && c < 0x7f && "\",;\\%".indexOf(c) < 0;
      if (plain) {
        out.append((char) c);
      } else {
        out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return out.toString();
  }
}
