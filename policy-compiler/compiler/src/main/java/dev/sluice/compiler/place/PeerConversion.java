package dev.sluice.compiler.place;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import dev.sluice.engine.policy.Scope;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which PeerAuthentications Istio's conversion for ztunnel gets wrong.
///
/// Source: istio pilot/pkg/serviceregistry/ambient/authorization.go, August 2026; the shapes were
/// found by comparing it with the inheritance that sidecars implement.
final class PeerConversion {

  private Mode mesh = Mode.UNSET;
  private final Map<String, Mode> namespaces = new HashMap<>();

  PeerConversion(LinkedMesh linked) {
    for (LinkedPolicy policy : linked.policies()) {
      if (policy instanceof LinkedPolicy.PeerAuth peer) {
        Mode mode = peer.syntax().mode().value();
        switch (peer.scope()) {
          case Scope.Mesh() -> mesh = mode;
          case Scope.InNamespace(var namespace) -> namespaces.put(namespace, mode);
          case Scope.Selected _, Scope.SelectedAnywhere _, Scope.Addressed _ -> {}
        }
      }
    }
  }

  /// The mode of the mesh.
  Mode mesh() {
    return mesh;
  }

  /// The mode of a namespace; null when no PeerAuthentication is for all of it.
  @Nullable Mode namespace(String name) {
    return namespaces.get(name);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PeerConversion that
        && mesh == that.mesh
        && namespaces.equals(that.namespaces);
  }

  @Override
  public int hashCode() {
    return 31 * mesh.hashCode() + namespaces.hashCode();
  }

  /// What goes wrong with a policy for workloads, if anything does.
  Optional<String> difference(LinkedPolicy.PeerAuth policy) {
    if (!(policy.scope() instanceof Scope.Selected(var name, var _))) {
      return Optional.empty();
    }
    Collection<Mode> ports =
        policy.syntax().portLevelMtls().values().stream().map(mode -> mode.value()).toList();
    @Nullable Mode namespace = namespaces.get(name);
    boolean inherits = namespace == null || namespace == Mode.UNSET;
    boolean strict = (inherits ? mesh : namespace) == Mode.STRICT;
    return switch (policy.syntax().mode().value()) {
      case PERMISSIVE, DISABLE ->
          mesh == Mode.STRICT && inherits && ports.contains(Mode.STRICT)
              ? Optional.of(
                  "Istio loses a STRICT port when the mesh is STRICT and the workload is not, so"
                      + " clients without mTLS reach it")
              : Optional.empty();
      case UNSET -> {
        if (mesh == Mode.STRICT && namespace == Mode.UNSET && ports.contains(Mode.PERMISSIVE)) {
          yield Optional.of(
              "Istio takes a Namespace that says UNSET for one that is not STRICT, so the port"
                  + " exception opens every port to clients without mTLS");
        }
        yield strict && ports.contains(Mode.DISABLE) && !ports.contains(Mode.PERMISSIVE)
            ? Optional.of(
                "Istio ignores DISABLE as an exception from an inherited STRICT, so the port stays"
                    + " closed to clients without mTLS")
            : Optional.empty();
      }
      case STRICT -> Optional.empty();
    };
  }
}
