package dev.sluice.compiler.link;

import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.TopologyDocument;
import dev.sluice.compiler.syntax.TopologyDocument.Gateway;
import dev.sluice.compiler.syntax.TopologyDocument.Namespace;
import dev.sluice.compiler.syntax.TopologyDocument.Service;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The topology of the tree by name.
final class Catalog {

  private final Map<String, Namespace> namespaces = new TreeMap<>();
  private final Map<String, Service> services = new TreeMap<>();
  private final Map<String, Gateway> gateways = new TreeMap<>();
  private final List<Workload> workloads = new ArrayList<>();

  Catalog(Collection<Document> documents) {
    for (Document document : documents) {
      if (document instanceof TopologyDocument topology) {
        add(topology);
      }
    }
  }

  private void add(TopologyDocument topology) {
    var metadata = topology.metadata();
    String reference = metadata.namespace() + "/" + metadata.name();
    switch (topology) {
      case Namespace namespace -> namespaces.put(metadata.name(), namespace);
      case Service service -> services.put(reference, service);
      case Gateway gateway -> gateways.put(reference, gateway);
      case Workload workload -> workloads.add(workload);
      // read and counted; nothing here is placed by them yet
      case TopologyDocument.ServiceAccount _,
          TopologyDocument.GatewayClass _,
          TopologyDocument.ServiceEntry _,
          TopologyDocument.WorkloadEntry _,
          TopologyDocument.ReferenceGrant _ -> {}
    }
  }

  /// Whether the tree says anything about workloads and Services.
  boolean isEmpty() {
    return services.isEmpty() && workloads.isEmpty() && gateways.isEmpty();
  }

  Collection<Service> services() {
    return services.values();
  }

  List<Workload> workloads() {
    return workloads;
  }

  Collection<Gateway> gateways() {
    return gateways.values();
  }

  Optional<Gateway> gateway(String namespace, String name) {
    return Optional.ofNullable(gateways.get(namespace + "/" + name));
  }

  /// The labels of a Namespace; empty when the topology does not have it.
  Optional<Map<String, String>> namespaceLabels(String namespace) {
    return Optional.ofNullable(namespaces.get(namespace))
        .map(found -> {
          var plain = new TreeMap<String, String>();
          found.metadata().labels().forEach((key, value) -> plain.put(key, value.value()));
          return plain;
        });
  }

  /// A label of a Namespace, or the empty string.
  String namespaceLabel(String namespace, String label) {
    Namespace found = namespaces.get(namespace);
    return found == null ? "" : found.metadata().label(label);
  }

  /// Whether a Namespace carries all these labels.
  boolean namespaceHas(String namespace, Map<String, String> labels) {
    return labels.entrySet().stream()
        .allMatch(label -> namespaceLabel(namespace, label.getKey()).equals(label.getValue()));
  }

  /// The Service in the namespace whose name is most like `name`, for help texts.
  Optional<String> nearestService(String namespace, String name) {
    return nearest(
        name,
        services.values().stream()
            .filter(service -> service.metadata().namespace().equals(namespace))
            .map(service -> service.metadata().name())
            .toList());
  }

  /// The Gateway in the namespace whose name is most like `name`, for help texts.
  Optional<String> nearestGateway(String namespace, String name) {
    return nearest(
        name,
        gateways.values().stream()
            .filter(gateway -> gateway.metadata().namespace().equals(namespace))
            .map(gateway -> gateway.metadata().name())
            .toList());
  }

  private static Optional<String> nearest(String name, List<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt((String candidate) -> distance(name, candidate)))
        .filter(candidate -> distance(name, candidate) <= Math.max(2, name.length() / 3));
  }

  private static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int change = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
