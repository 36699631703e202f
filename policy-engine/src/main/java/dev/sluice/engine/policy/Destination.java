package dev.sluice.engine.policy;

import java.util.Map;
import java.util.Set;

/// What policies are selected by: the workload's namespace and labels, and how the traffic was
/// addressed.
///
/// `addressedAs` is empty for a direct dial (pod IP, headless Service, Service without waypoint).
public record Destination(
    String namespace, Map<String, String> labels, Set<Scope.Target> addressedAs) {

  public Destination {
    labels = Map.copyOf(labels);
    addressedAs = Set.copyOf(addressedAs);
  }

  /// A workload that is dialled directly.
  public static Destination direct(String namespace, Map<String, String> labels) {
    return new Destination(namespace, labels, Set.of());
  }

  boolean hasLabels(Map<String, String> wanted) {
    return labels.entrySet().containsAll(wanted.entrySet());
  }
}
