package dev.sluice.compiler.link;

import dev.sluice.engine.policy.Scope;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// Finds the labels that a selector which matches nothing was probably meant to name.
public final class SelectorHints {

  private SelectorHints() {}

  /// The way out for a scope that covers no workload, in words; empty when no label is at fault.
  public static Optional<String> of(Scope scope, Collection<LinkedWorkload> workloads) {
    return switch (scope) {
      case Scope.Selected(var namespace, var labels) ->
          of(
              labels,
              workloads.stream()
                  .filter(workload -> workload.syntax().metadata().namespace().equals(namespace))
                  .toList());
      case Scope.SelectedAnywhere(var labels) -> of(labels, List.copyOf(workloads));
      case Scope.Mesh _, Scope.InNamespace _, Scope.Addressed _ -> Optional.empty();
    };
  }

  private static Optional<String> of(Map<String, String> wanted, List<LinkedWorkload> workloads) {
    return wanted.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(label -> withLabel(workloads, label.getKey(), label.getValue()).isEmpty())
        .map(label -> hint(label.getKey(), label.getValue(), workloads))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> hint(String key, String value, List<LinkedWorkload> workloads) {
    var values = new TreeSet<String>();
    var keys = new TreeSet<String>();
    for (LinkedWorkload workload : workloads) {
      Map<String, String> labels = workload.syntax().podLabels();
      keys.addAll(labels.keySet());
      values.add(labels.getOrDefault(key, ""));
    }
    values.remove("");
    return values.isEmpty()
        ? Nearest.of(key, keys).map(found -> "did you mean the label `" + found + "`?")
        : Nearest.of(value, values)
            .map(found ->
                "did you mean `"
                    + key
                    + ": "
                    + found
                    + "` ("
                    + withLabel(workloads, key, found).getFirst().reference()
                    + ")?");
  }

  private static List<LinkedWorkload> withLabel(
      List<LinkedWorkload> workloads, String key, String value) {
    return workloads.stream()
        .filter(workload -> value.equals(workload.syntax().podLabels().get(key)))
        .toList();
  }
}
