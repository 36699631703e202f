package dev.sluice.compiler.walk;

import dev.sluice.compiler.link.LinkedWorkload;
import java.util.Comparator;
import java.util.List;

/// Tells from the name of a pod which workload made it.
///
/// Source: Kubernetes names pods of a ReplicaSet `<name>-<hash>-<random>`, of a DaemonSet or Job
/// `<name>-<random>`, of a StatefulSet `<name>-<ordinal>`; generated parts are written without
/// vowels and without 0, 1 and 3.
final class PodName {

  private static final String GENERATED = "bcdfghjklmnpqrstvwxz2456789";
  private static final int RANDOM_LENGTH = 5;
  private static final int SHORTEST = 3;
  private static final int LONGEST = 10;

  private PodName() {}

  /// The workloads of that name; otherwise those whose pods may have it, by the longest name.
  static List<LinkedWorkload> workloads(String name, List<LinkedWorkload> candidates) {
    List<LinkedWorkload> exact =
        candidates.stream().filter(workload -> name(workload).equals(name)).toList();
    if (!exact.isEmpty()) {
      return exact;
    }
    List<LinkedWorkload> makers =
        candidates.stream().filter(workload -> isPodOf(name, name(workload))).toList();
    int longest = makers.stream().mapToInt(maker -> name(maker).length()).max().orElse(0);
    return makers.stream()
        .filter(maker -> name(maker).length() == longest)
        .sorted(Comparator.comparing(LinkedWorkload::reference))
        .toList();
  }

  private static String name(LinkedWorkload workload) {
    return workload.syntax().metadata().name();
  }

  static boolean isPodOf(String pod, String workload) {
    if (!pod.startsWith(workload + "-")) {
      return false;
    }
    String[] parts = pod.substring(workload.length() + 1).split("-", -1);
    return switch (parts.length) {
      case 1 -> isOrdinal(parts[0]) || isGenerated(parts[0]);
      case 2 -> isGenerated(parts[0]) && isGenerated(parts[1]);
      default -> false;
    };
  }

  private static boolean isOrdinal(String text) {
    return !text.isEmpty()
        && text.length() < SHORTEST + 1
        && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /// A short word such as `stg` could be part of a name, so it takes a digit or the usual length.
  private static boolean isGenerated(String text) {
    return text.length() >= SHORTEST
        && text.length() <= LONGEST
        && text.chars().allMatch(c -> GENERATED.indexOf(c) >= 0)
        && (text.length() == RANDOM_LENGTH || text.chars().anyMatch(Character::isDigit));
  }
}
