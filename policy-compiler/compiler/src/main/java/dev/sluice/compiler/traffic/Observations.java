package dev.sluice.compiler.traffic;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.traffic.Reconstruction.Reconstructed;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// Who did what in a log, and what was refused; equal requests are kept once.
///
/// At most 50,000 different ones are kept; more make it impossible to suggest anything sound.
/// Confined to one thread.
public final class Observations {

  private static final int MOST = 50_000;

  private final LinkedMesh mesh;
  private final Judge judge;
  private final Reconstruction reconstruction;
  private final NavigableMap<Access, Recorded> allowed = new TreeMap<>();
  private final NavigableMap<Access, Recorded> refused = new TreeMap<>();
  private final Map<Unusable, Long> left = new EnumMap<>(Unusable.class);
  private long lines;
  private long beyond;

  private Observations(LinkedMesh mesh, Judge judge) {
    this.mesh = mesh;
    this.judge = judge;
    this.reconstruction = new Reconstruction(judge.waypoints());
  }

  /// Observations in a mesh whose topology is known.
  public static Observations in(BareMesh mesh) {
    return new Observations(mesh.topology(), mesh.judge());
  }

  /// Takes the next line; empty for one that is too long.
  public void add(Optional<String> line) {
    lines++;
    if (line.isEmpty()) {
      left.merge(Unusable.TOO_LONG, 1L, Long::sum);
      return;
    }
    switch (reconstruction.of(line.get())) {
      case Reconstructed.Left(var reason) -> left.merge(reason, 1L, Long::sum);
      case Reconstructed.Usable(var recorded) -> add(judge.named(recorded));
    }
  }

  private void add(Recorded recorded) {
    if (!isKnown(recorded)) {
      left.merge(Unusable.UNKNOWN_NAME, 1L, Long::sum);
      return;
    }
    Access access = Access.of(recorded);
    var kept = recorded.was().decision() == Decision.ALLOW ? allowed : refused;
    if (kept.containsKey(access)) {
      return;
    }
    if (allowed.size() + refused.size() >= MOST) {
      beyond++;
    } else {
      kept.put(access, recorded);
    }
  }

  private boolean isKnown(Recorded recorded) {
    var to = recorded.asked().to();
    return switch (Access.of(recorded).destination().kind()) {
      case SERVICE -> mesh.service(to.namespace(), to.name()).isPresent();
      case WORKLOAD ->
          mesh.workloads().stream()
              .map(workload -> workload.syntax().metadata())
              .anyMatch(m -> m.namespace().equals(to.namespace()) && m.name().equals(to.name()));
    };
  }

  LinkedMesh mesh() {
    return mesh;
  }

  NavigableMap<Access, Recorded> allowed() {
    return allowed;
  }

  NavigableMap<Access, Recorded> refused() {
    return refused;
  }

  /// Lines read.
  public long lines() {
    return lines;
  }

  /// Lines that are no evidence, by reason.
  public Map<Unusable, Long> left() {
    return Map.copyOf(left);
  }

  /// Lines that were evidence.
  public long used() {
    return lines - left.values().stream().mapToLong(Long::longValue).sum();
  }

  /// Different requests that were too many to keep.
  public long beyond() {
    return beyond;
  }

  /// Different requests that were allowed.
  public int allowedKinds() {
    return allowed.size();
  }

  /// Different requests that were refused.
  public int refusedKinds() {
    return refused.size();
  }
}
