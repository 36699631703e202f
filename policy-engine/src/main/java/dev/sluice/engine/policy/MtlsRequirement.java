package dev.sluice.engine.policy;

import dev.sluice.engine.policy.PeerAuthentication.Mode;
import java.util.Collection;
import java.util.Map;
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
  /// port. The compiler refuses two at one level; should a destination meet two all the same, the
  /// stricter one counts.
  public static MtlsRequirement resolve(Collection<PeerAuthentication> covering) {
    Setting result = new Setting(Mode.PERMISSIVE, null);
    for (int level = 0; level < 3; level++) {
      Setting atLevel = null;
      for (PeerAuthentication policy : covering) {
        if (level(policy.scope()) == level && policy.mode() != Mode.UNSET) {
          atLevel = stricter(atLevel, new Setting(policy.mode(), policy.id()));
        }
      }
      result = atLevel == null ? result : atLevel;
    }
    var ports = new HashMap<Integer, Setting>();
    for (PeerAuthentication policy : covering) {
      policy
          .portModes()
          .forEach((port, mode) -> {
            if (mode != Mode.UNSET) {
              ports.merge(port, new Setting(mode, policy.id()), MtlsRequirement::stricter);
            }
          });
    }
    return new MtlsRequirement(result, ports);
  }

  private static Setting stricter(@Nullable Setting first, Setting second) {
    return first != null && first.mode() == Mode.STRICT ? first : second;
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
