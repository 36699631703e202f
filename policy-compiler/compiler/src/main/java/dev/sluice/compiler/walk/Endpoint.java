package dev.sluice.compiler.walk;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.link.LinkedWorkload.Membership;
import dev.sluice.compiler.syntax.TopologyDocument.Port;
import dev.sluice.engine.policy.Destination;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// Workloads that policies do not tell apart, and the port traffic reaches them on.
record Endpoint(Kind kind, List<String> workloads) {

  Endpoint {
    workloads = List.copyOf(workloads);
  }

  /// All that decisions depend on.
  record Kind(Destination destination, int port, Membership membership) {}

  /// The first of the workloads, to speak of.
  String example() {
    return workloads.getFirst();
  }

  static Endpoint of(LinkedWorkload workload, int port) {
    return new Endpoint(
        new Kind(workload.destination(), port, workload.membership()),
        List.of(workload.reference()));
  }

  /// The endpoints of a Service port, in the order of the tree.
  static List<Endpoint> of(LinkedMesh mesh, LinkedService service, int servicePort) {
    Map<Kind, List<String>> found = new LinkedHashMap<>();
    for (LinkedWorkload workload : mesh.selectedBy(service)) {
      targetPort(service, workload, servicePort)
          .ifPresent(port ->
              found
                  .computeIfAbsent(
                      new Kind(workload.destination(), port, workload.membership()),
                      _ -> new ArrayList<>())
                  .add(workload.reference()));
    }
    return found.entrySet().stream()
        .map(entry -> new Endpoint(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static OptionalInt targetPort(
      LinkedService service, LinkedWorkload workload, int servicePort) {
    for (Port port : service.syntax().ports()) {
      if (port.port() == servicePort) {
        OptionalInt numeric = port.numericTargetPort();
        Integer named = workload.syntax().namedPorts().get(port.targetPort());
        return numeric.isPresent() || named == null ? numeric : OptionalInt.of(named);
      }
    }
    return OptionalInt.empty();
  }
}
