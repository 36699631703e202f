package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedService.Protocol;
import dev.sluice.compiler.link.LinkedService.ServicePort;
import dev.sluice.compiler.syntax.TopologyDocument.Addressing;
import dev.sluice.compiler.syntax.TopologyDocument.Port;
import dev.sluice.compiler.syntax.TopologyDocument.Service;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/// Links Services to waypoints and target ports, and workloads to their Services.
final class TopologyLinker {

  private final Catalog catalog;
  private final WaypointBinder binder;
  private final Diagnostics problems;
  private final LabelIndex<Workload> workloads;

  TopologyLinker(Catalog catalog, WaypointBinder binder, Diagnostics problems) {
    this.catalog = catalog;
    this.binder = binder;
    this.problems = problems;
    workloads =
        new LabelIndex<>(
            catalog.workloads(), workload -> workload.metadata().namespace(), Workload::podLabels);
  }

  List<LinkedService> services() {
    return catalog.services().stream().map(this::link).toList();
  }

  List<LinkedWorkload> workloads(Collection<LinkedService> services) {
    var byEndpoint = new IdentityHashMap<Workload, List<LinkedService>>();
    for (LinkedService service : services) {
      for (Workload endpoint : endpoints(service.syntax())) {
        byEndpoint.computeIfAbsent(endpoint, _ -> new ArrayList<>()).add(service);
      }
    }
    return catalog.workloads().stream()
        .map(workload ->
            new LinkedWorkload(
                workload,
                EnrolmentRules.of(
                    workload, catalog.namespaceLabels(workload.metadata().namespace())),
                byEndpoint.getOrDefault(workload, List.of())))
        .toList();
  }

  private LinkedService link(Service service) {
    // a headless Service has no address of its own: clients dial pods, so no waypoint sees the
    // traffic
    Optional<Waypoint> waypoint =
        service.addressing() == Addressing.VIP ? binder.bind(service) : Optional.empty();
    return new LinkedService(
        service,
        waypoint,
        waypoint.flatMap(primary -> binder.canary(service, primary)),
        service.ports().stream()
            .filter(port -> !port.transport().equals("UDP") && !port.transport().equals("SCTP"))
            .map(port -> link(service, port, waypoint))
            .toList());
  }

  private ServicePort link(Service service, Port port, Optional<Waypoint> waypoint) {
    var targets = new TreeSet<Integer>();
    OptionalInt numeric = port.numericTargetPort();
    if (numeric.isPresent()) {
      targets.add(numeric.getAsInt());
    } else {
      endpoints(service).stream()
          .map(workload -> workload.namedPorts().get(port.targetPort()))
          .filter(java.util.Objects::nonNull)
          .forEach(targets::add);
      if (targets.isEmpty() && waypoint.isPresent()) {
        problems.report(
            Code.UNRESOLVED_TARGET_PORT,
            port.span(),
            service.metadata().resource(),
            new Text(
                "target port `"
                    + port.targetPort()
                    + "` names no container port of the Service's workloads",
                "without its number the guard cannot admit the waypoint on it",
                "use the port's number, or add the workload with that named port to the tree"));
      }
    }
    return new ServicePort(port.port(), targets, protocol(port));
  }

  private List<Workload> endpoints(Service service) {
    if (service.selector().isEmpty()) {
      return List.of();
    }
    return workloads.candidates(service.metadata().namespace(), service.selector()).stream()
        .filter(
            workload -> workload.podLabels().entrySet().containsAll(service.selector().entrySet()))
        .toList();
  }

  /// As Istio decides: `appProtocol` first, then the name up to the first dash.
  private static Protocol protocol(Port port) {
    String declared = port.appProtocol().isEmpty() ? prefix(port.name()) : port.appProtocol();
    return switch (declared.toLowerCase(Locale.ROOT)) {
      case "http",
          "http2",
          "grpc",
          "grpc-web",
          "http_proxy",
          "kubernetes.io/h2c",
          "kubernetes.io/ws" ->
          Protocol.HTTP;
      case "tcp", "tls", "https", "mongo", "mongodb", "redis", "mysql", "kubernetes.io/wss" ->
          Protocol.TCP;
      default -> Protocol.UNDECLARED;
    };
  }

  private static String prefix(String name) {
    if (name.toLowerCase(Locale.ROOT).startsWith("grpc-web")) {
      return "grpc-web";
    }
    int dash = name.indexOf('-');
    return dash < 0 ? name : name.substring(0, dash);
  }
}
