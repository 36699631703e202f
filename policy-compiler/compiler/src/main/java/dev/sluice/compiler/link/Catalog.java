package dev.sluice.compiler.link;

import dev.sluice.compiler.syntax.TopologyDocument;
import dev.sluice.compiler.syntax.TopologyDocument.Gateway;
import dev.sluice.compiler.syntax.TopologyDocument.GatewayClass;
import dev.sluice.compiler.syntax.TopologyDocument.Namespace;
import dev.sluice.compiler.syntax.TopologyDocument.ReferenceGrant;
import dev.sluice.compiler.syntax.TopologyDocument.Service;
import dev.sluice.compiler.syntax.TopologyDocument.Snapshot;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The topology of the tree by name.
final class Catalog {

  /// The label with its own name that Kubernetes puts on every Namespace.
  static final String METADATA_NAME = "kubernetes.io/metadata.name";

  private static final String GATEWAY_ACCOUNT = "gateway.istio.io/service-account";

  private final Map<String, Namespace> namespaces = new TreeMap<>();
  private final Map<String, Map<String, String>> labels = new HashMap<>();
  private final NavigableMap<String, Service> services = new TreeMap<>();
  private final NavigableMap<String, Gateway> gateways = new TreeMap<>();
  private final Map<String, GatewayClass> gatewayClasses = new TreeMap<>();
  private final List<Workload> workloads = new ArrayList<>();
  private final List<ReferenceGrant> grants = new ArrayList<>();
  private final List<Snapshot> snapshots = new ArrayList<>();
  private final Map<String, SortedSet<String>> declaredAccounts = new TreeMap<>();
  private final Map<String, SortedSet<String>> accounts = new TreeMap<>();
  private final SortedSet<String> mentioned = new TreeSet<>();

  Catalog(Collection<TopologyDocument> documents) {
    for (TopologyDocument topology : documents) {
      mentioned.add(topology.metadata().namespace());
      add(topology);
    }
    mentioned.remove("");
    mentioned.addAll(namespaces.keySet());
  }

  private void add(TopologyDocument topology) {
    var metadata = topology.metadata();
    String namespace = metadata.namespace();
    String reference = namespace + "/" + metadata.name();
    switch (topology) {
      case Namespace found -> {
        namespaces.put(metadata.name(), found);
        var plain = new TreeMap<String, String>();
        metadata.labels().forEach((key, value) -> plain.put(key, value.value()));
        plain.put(METADATA_NAME, metadata.name());
        labels.put(metadata.name(), Collections.unmodifiableMap(plain));
      }
      case Service service -> services.put(reference, service);
      case Gateway gateway -> {
        gateways.put(reference, gateway);
        account(accounts, namespace, accountOf(gateway));
      }
      case Workload workload -> {
        workloads.add(workload);
        account(accounts, namespace, workload.serviceAccount());
      }
      case TopologyDocument.ServiceAccount _ -> {
        account(declaredAccounts, namespace, metadata.name());
        account(accounts, namespace, metadata.name());
      }
      case TopologyDocument.WorkloadEntry entry ->
          account(accounts, namespace, entry.serviceAccount());
      case GatewayClass gatewayClass -> gatewayClasses.put(metadata.name(), gatewayClass);
      case ReferenceGrant grant -> grants.add(grant);
      case Snapshot snapshot -> snapshots.add(snapshot);
      // read and counted; nothing here is placed by them yet
      case TopologyDocument.ServiceEntry _ -> {}
    }
  }

  private static void account(
      Map<String, SortedSet<String>> byNamespace, String namespace, String name) {
    if (!name.isEmpty()) {
      byNamespace.computeIfAbsent(namespace, _ -> new TreeSet<>()).add(name);
    }
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

  List<ReferenceGrant> grants() {
    return grants;
  }

  List<Snapshot> snapshots() {
    return snapshots;
  }

  Collection<String> gatewayClasses() {
    return Collections.unmodifiableCollection(gatewayClasses.keySet());
  }

  Optional<GatewayClass> gatewayClass(String name) {
    return Optional.ofNullable(gatewayClasses.get(name));
  }

  Optional<Gateway> gateway(String namespace, String name) {
    return Optional.ofNullable(gateways.get(namespace + "/" + name));
  }

  Optional<Namespace> namespace(String name) {
    return Optional.ofNullable(namespaces.get(name));
  }

  /// The Namespaces that are objects of the topology.
  Collection<String> declaredNamespaces() {
    return Collections.unmodifiableCollection(namespaces.keySet());
  }

  /// The namespaces that any object of the topology is or lies in.
  SortedSet<String> allNamespaces() {
    return Collections.unmodifiableSortedSet(mentioned);
  }

  /// Whether the topology has a ServiceAccount of the namespace.
  boolean declaresAccounts(String namespace) {
    return declaredAccounts.containsKey(namespace);
  }

  /// The service accounts of a namespace: its objects, those that anything runs as, and `default`,
  /// which every namespace has.
  SortedSet<String> accounts(String namespace) {
    var all = new TreeSet<>(accounts.getOrDefault(namespace, Collections.emptySortedSet()));
    all.add("default");
    return all;
  }

  /// Whether a namespace has a service account of this name.
  boolean hasAccount(String namespace, String name) {
    return name.equals("default")
        || accounts.getOrDefault(namespace, Collections.emptySortedSet()).contains(name);
  }

  /// All service accounts by namespace, but for those that every namespace has.
  Map<String, SortedSet<String>> accounts() {
    return Collections.unmodifiableMap(accounts);
  }

  /// The ServiceAccounts by namespace.
  Map<String, SortedSet<String>> declaredAccounts() {
    return Collections.unmodifiableMap(declaredAccounts);
  }

  /// The service account the proxies of a Gateway run as.
  static String accountOf(Gateway gateway) {
    String account = gateway.metadata().annotation(GATEWAY_ACCOUNT);
    return account.isEmpty() ? gateway.metadata().name() : account;
  }

  /// The labels of a Namespace; empty when the topology does not have it.
  Optional<Map<String, String>> namespaceLabels(String namespace) {
    return Optional.ofNullable(labels.get(namespace));
  }

  /// The labels that a namespace has whether its object is known or not: its name.
  static Map<String, String> certainLabels(String namespace) {
    return Map.of(METADATA_NAME, namespace);
  }

  /// The Services of a namespace by name.
  List<String> servicesIn(String namespace) {
    return namesIn(namespace, services.navigableKeySet());
  }

  /// The Gateways of a namespace by name.
  List<String> gatewaysIn(String namespace) {
    return namesIn(namespace, gateways.navigableKeySet());
  }

  /// All Services as `namespace/name`.
  Collection<String> serviceReferences() {
    return Collections.unmodifiableCollection(services.keySet());
  }

  /// All Gateways as `namespace/name`.
  Collection<String> gatewayReferences() {
    return Collections.unmodifiableCollection(gateways.keySet());
  }

  private static List<String> namesIn(String namespace, NavigableSet<String> references) {
    String prefix = namespace + "/";
    // all that start with the prefix lie before what follows the slash
    return references.subSet(prefix, namespace + (char) ('/' + 1)).stream()
        .map(reference -> reference.substring(prefix.length()))
        .toList();
  }
}
