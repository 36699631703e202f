package dev.sluice.bench.pods;

import java.io.IOException;
import java.util.List;

/// The client's and the server's side of a bed, with a proxy each.
///
/// @param client the proxy in the pod `web`
/// @param server the proxy in the pod `api`
record Sides(Bed bed, Proxy.Started client, Proxy.Started server) {

  /// What clients dial.
  record Destination(String address, int port) {}

  static final int APP_PORT = 8080;

  /// A port of the server's pod on which nobody listens.
  static final int SILENT_PORT = 8081;

  /// By pod, by Service, and in vain.
  static List<Destination> destinations(Bed bed) {
    String server = bed.pod("api").address();
    return List.of(
        new Destination(server, APP_PORT),
        new Destination(World.VIP, 80),
        new Destination(server, SILENT_PORT));
  }

  /// Leads what `pod` dials to its proxy.
  static void capture(Bed bed, Bed.Pod pod, Proxy.Started proxy, Proxy kind) throws IOException {
    if (proxy.redirectTo() == 0) {
      return;
    }
    // A transparent proxy asks where a connection was meant to go, others have a port for each.
    boolean transparent = kind instanceof UpstreamZtunnel;
    int port = proxy.redirectTo();
    for (Destination destination : destinations(bed)) {
      Bed.redirect(pod, destination.address(), destination.port(), port);
      port += transparent ? 0 : 1;
    }
  }

  /// CPU time of both proxies.
  long cpuMillis() throws IOException {
    return client.cpuMillis() + server.cpuMillis();
  }

  long residentKib() throws IOException {
    return client.residentKib() + server.residentKib();
  }
}
