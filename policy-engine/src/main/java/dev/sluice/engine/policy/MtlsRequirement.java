package dev.sluice.engine.policy;

import dev.sluice.engine.policy.PeerAuthentication.Mode;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The mTLS mode of one destination after inheritance, per workload port, with the policy that
/// decided.
public record MtlsRequirement(Setting otherwise, Map<Integer, Setting> ports) {

  private static final int WORKLOAD_LEVEL = 2;

  public MtlsRequirement {
    ports = Map.copyOf(ports);
  }

  /// A mode and the policy it comes from; no policy means the default, PERMISSIVE.
  public record Setting(Mode mode, @Nullable PolicyId by) {

    /// @throws IllegalArgumentException when STRICT comes from no policy
    public Setting {
      if (mode == Mode.STRICT && by == null) {
        throw new IllegalArgumentException("STRICT needs the policy that asks for it");
      }
    }
  }

  /// What applies when no PeerAuthentication does: plaintext is accepted.
  public static MtlsRequirement permissive() {
    return new MtlsRequirement(new Setting(Mode.PERMISSIVE, null), Map.of());
  }

  /// Resolves inheritance among the policies that cover one destination: mesh, namespace, workload,
  /// port.
  ///
  /// Among several of one level the strictest decides, so that the outcome depends neither on their
  /// order nor on an age that files do not have. Modes of single ports count only at the workload
  /// level.
  public static MtlsRequirement resolve(Collection<PeerAuthentication> covering) {
    List<PeerAuthentication> ordered =
        covering.stream().sorted(Comparator.comparing(PeerAuthentication::id)).toList();
    Setting result = new Setting(Mode.PERMISSIVE, null);
    for (int level = 0; level <= WORKLOAD_LEVEL; level++) {
      Setting here = null;
      for (PeerAuthentication policy : ordered) {
        if (level(policy.scope()) == level && policy.mode() != Mode.UNSET) {
          here = stricter(here, new Setting(policy.mode(), policy.id()));
        }
      }
      result = here == null ? result : here;
    }
    return new MtlsRequirement(result, ports(ordered));
  }

  private static Map<Integer, Setting> ports(List<PeerAuthentication> ordered) {
    var ports = new TreeMap<Integer, Setting>();
    for (PeerAuthentication policy : ordered) {
      if (level(policy.scope()) == WORKLOAD_LEVEL) {
        policy
            .portModes()
            .forEach((port, mode) -> {
              if (mode != Mode.UNSET) {
                ports.merge(port, new Setting(mode, policy.id()), MtlsRequirement::stricter);
              }
            });
      }
    }
    return ports;
  }

  private static Setting stricter(@Nullable Setting first, Setting second) {
    if (first == null) {
      return second;
    }
    return first.mode() != Mode.STRICT && second.mode() == Mode.STRICT ? second : first;
  }

  private static int level(Scope scope) {
    return switch (scope) {
      case Scope.Mesh() -> 0;
      case Scope.InNamespace _ -> 1;
      case Scope.Selected _, Scope.SelectedAnywhere _, Scope.Addressed _ -> WORKLOAD_LEVEL;
    };
  }

  /// What applies to a workload port.
  public Setting at(int port) {
    return ports.getOrDefault(port, otherwise);
  }
}
