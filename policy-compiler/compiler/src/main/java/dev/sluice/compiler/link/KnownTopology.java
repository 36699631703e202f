package dev.sluice.compiler.link;

import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.TopologyDocument.Snapshot;
import dev.sluice.engine.policy.Scope;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// How much the topology knows, and so whether a name that is missing from it is wrong or merely
/// not given.
///
/// A capture of a cluster knows every object of the kinds and namespaces it covers. Of a tree one
/// object is taken as a sign that its kind is given for its namespace.
public final class KnownTopology {

  private static final Set<String> WORKLOAD_KINDS =
      Set.of("Pod", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob");

  private final Catalog catalog;
  private final Set<String> withWorkloads = new HashSet<>();
  private final Set<String> withServices = new HashSet<>();

  KnownTopology(Catalog catalog) {
    this.catalog = catalog;
    catalog.workloads().forEach(workload -> withWorkloads.add(workload.metadata().namespace()));
    catalog.services().forEach(service -> withServices.add(service.metadata().namespace()));
  }

  /// The value of a label on an object, or else on its Namespace; empty when neither has it.
  public String labelOrInherited(Metadata metadata, String label) {
    String own = metadata.label(label);
    return own.isEmpty()
        ? catalog
            .namespaceLabels(metadata.namespace())
            .map(labels -> labels.getOrDefault(label, ""))
            .orElse("")
        : own;
  }

  /// Whether the workloads that a scope could cover are known.
  public boolean knowsWorkloads(Scope scope) {
    return switch (scope) {
      case Scope.Mesh(), Scope.SelectedAnywhere(_) -> knowsAnyWorkloads();
      case Scope.InNamespace(var namespace) -> knowsWorkloads(namespace);
      case Scope.Selected(var namespace, var _) -> knowsWorkloads(namespace);
      case Scope.Addressed _ -> knowsAnyWorkloads();
    };
  }

  private boolean knowsAnyWorkloads() {
    return !withWorkloads.isEmpty()
        || catalog.snapshots().stream()
            .anyMatch(capture -> capture.namespaces().isEmpty() && hasWorkloads(capture));
  }

  private boolean knowsWorkloads(String namespace) {
    return withWorkloads.contains(namespace)
        || catalog.snapshots().stream()
            .anyMatch(capture -> covers(capture, namespace) && hasWorkloads(capture));
  }

  /// Whether a Service, Gateway or ReferenceGrant that is missing from the namespace does not
  /// exist.
  public boolean knowsObjects(String namespace, String kind) {
    return withServices.contains(namespace)
        || withWorkloads.contains(namespace)
        || isCaptured(namespace, kind);
  }

  /// Whether a service account that is missing from the namespace does not exist.
  public boolean knowsAccounts(String namespace) {
    return catalog.declaresAccounts(namespace) || isCaptured(namespace, "ServiceAccount");
  }

  /// Whether a Namespace that is missing does not exist.
  public boolean knowsNamespaces() {
    return !catalog.declaredNamespaces().isEmpty() || isCapturedEverywhere("Namespace");
  }

  /// Whether a GatewayClass that is missing does not exist.
  public boolean knowsGatewayClasses() {
    return !catalog.gatewayClasses().isEmpty() || isCapturedEverywhere("GatewayClass");
  }

  /// How to give what is missing about the workloads of a scope.
  public String help(Scope scope) {
    return switch (scope) {
      case Scope.InNamespace(var namespace) -> help(Optional.of(namespace));
      case Scope.Selected(var namespace, var _) -> help(Optional.of(namespace));
      case Scope.Mesh _, Scope.SelectedAnywhere _, Scope.Addressed _ -> help(Optional.empty());
    };
  }

  /// How to give what is missing about a namespace.
  static String help(Optional<String> namespace) {
    return "capture it with `sluice snapshot"
        + namespace.map(name -> " --namespace " + name).orElse("")
        + " --out mesh.yaml` and pass it with `--mesh mesh.yaml`, or read the cluster with"
        + " `--context NAME`, or add the objects to the tree";
  }

  private boolean isCaptured(String namespace, String kind) {
    return catalog.snapshots().stream()
        .anyMatch(capture -> covers(capture, namespace) && capture.complete().contains(kind));
  }

  private boolean isCapturedEverywhere(String kind) {
    return catalog.snapshots().stream()
        .anyMatch(capture -> capture.namespaces().isEmpty() && capture.complete().contains(kind));
  }

  private static boolean covers(Snapshot capture, String namespace) {
    return capture.namespaces().isEmpty() || capture.namespaces().contains(namespace);
  }

  private static boolean hasWorkloads(Snapshot capture) {
    return capture.complete().containsAll(WORKLOAD_KINDS);
  }
}
