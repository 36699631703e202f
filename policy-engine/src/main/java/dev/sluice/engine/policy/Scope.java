package dev.sluice.engine.policy;

import java.util.List;
import java.util.Map;

/// Which destinations a policy concerns.
public sealed interface Scope {

  /// Every workload of the mesh.
  record Mesh() implements Scope {}

  /// Every workload of one namespace.
  record InNamespace(String namespace) implements Scope {}

  /// Workloads whose labels include all of these, in one namespace.
  record Selected(String namespace, Map<String, String> labels) implements Scope {
    public Selected {
      labels = Map.copyOf(labels);
    }
  }

  /// Workloads whose labels include all of these, in any namespace (a selector in the root
  /// namespace).
  record SelectedAnywhere(Map<String, String> labels) implements Scope {
    public SelectedAnywhere {
      labels = Map.copyOf(labels);
    }
  }

  /// Traffic addressed to any of these targets (`targetRefs`).
  record Addressed(List<Target> targets) implements Scope {
    public Addressed {
      targets = List.copyOf(targets);
    }
  }

  /// What a `targetRef` names.
  sealed interface Target {
    /// A Service by namespace and name.
    record Service(String namespace, String name) implements Target {}

    /// A ServiceEntry by namespace and name.
    record ServiceEntry(String namespace, String name) implements Target {}

    /// A waypoint Gateway by namespace and name: everything it serves.
    record Waypoint(String namespace, String name) implements Target {}

    /// The GatewayClass `istio-waypoint`: everything any waypoint serves.
    record AllWaypoints() implements Target {}
  }

  /// Whether this scope may cover any destination in a namespace.
  default boolean reaches(String namespace) {
    return switch (this) {
      case InNamespace(var own) -> own.equals(namespace);
      case Selected(var own, var _) -> own.equals(namespace);
      // what a target stands for may lie in any namespace
      case Mesh _, SelectedAnywhere _, Addressed _ -> true;
    };
  }

  /// Whether this scope covers the destination.
  default boolean covers(Destination destination) {
    return switch (this) {
      case Mesh() -> true;
      case InNamespace(var namespace) -> destination.namespace().equals(namespace);
      case Selected(var namespace, var labels) ->
          destination.namespace().equals(namespace) && destination.hasLabels(labels);
      case SelectedAnywhere(var labels) -> destination.hasLabels(labels);
      case Addressed(var targets) -> targets.stream().anyMatch(destination.addressedAs()::contains);
    };
  }
}
