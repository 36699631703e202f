package dev.sluice.compiler.upstream;

import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import dev.sluice.engine.policy.Scope;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// On which ports of a workload Istio's ztunnel refuses peers without identity.
///
/// This follows the conversion, which in three shapes is not what inheritance means: a STRICT port
/// under a mesh that is STRICT and a workload that is not is left open; port exceptions under a
/// Namespace that says UNSET open every port; and exceptions that say DISABLE are ignored. Source:
/// istio pilot/pkg/serviceregistry/ambient/authorization.go, August 2026.
record ConvertedPeerAuthentication(
    Mode mesh, @Nullable Mode namespace, @Nullable Mode workload, Map<Integer, Mode> ports) {

  ConvertedPeerAuthentication {
    ports = Map.copyOf(ports);
  }

  /// Of the policies that cover one workload.
  static ConvertedPeerAuthentication of(List<LinkedPolicy.PeerAuth> covering) {
    Mode mesh = Mode.UNSET;
    Mode namespace = null;
    Mode workload = null;
    Map<Integer, Mode> ports = new HashMap<>();
    for (LinkedPolicy.PeerAuth policy : covering) {
      Mode mode = policy.syntax().mode().value();
      switch (policy.scope()) {
        case Scope.Mesh() -> mesh = mode;
        case Scope.InNamespace _ -> namespace = mode;
        case Scope.Selected _ -> {
          workload = mode;
          policy.syntax().portLevelMtls().forEach((port, at) -> ports.put(port, at.value()));
        }
        // a selector in the root namespace selects nothing
        case Scope.SelectedAnywhere _, Scope.Addressed _ -> {}
      }
    }
    return new ConvertedPeerAuthentication(mesh, namespace, workload, ports);
  }

  boolean refusesPlaintext(int port) {
    boolean parentStrict = (isUnset(namespace) ? mesh : namespace) == Mode.STRICT;
    return switch (workload) {
      case null -> parentStrict;
      case STRICT ->
          !isLoosened(port)
              || ports.values().stream().noneMatch(ConvertedPeerAuthentication::isLoose);
      case PERMISSIVE, DISABLE ->
          isStrictPort(port) && !(mesh == Mode.STRICT && isUnset(namespace));
      case UNSET -> parentStrict ? inheritedStrict(port) : isStrictPort(port);
    };
  }

  private boolean inheritedStrict(int port) {
    if (!ports.containsValue(Mode.PERMISSIVE)) {
      return true;
    }
    // a Namespace that says UNSET is taken for one that is not STRICT: nothing is emitted
    boolean lost = mesh == Mode.STRICT && namespace == Mode.UNSET;
    return !lost && !isLoosened(port);
  }

  private static boolean isUnset(@Nullable Mode mode) {
    return mode == null || mode == Mode.UNSET;
  }

  private boolean isStrictPort(int port) {
    return ports.get(port) == Mode.STRICT;
  }

  private boolean isLoosened(int port) {
    Mode mode = ports.get(port);
    return mode != null && isLoose(mode);
  }

  private static boolean isLoose(Mode mode) {
    return mode == Mode.PERMISSIVE || mode == Mode.DISABLE;
  }
}
