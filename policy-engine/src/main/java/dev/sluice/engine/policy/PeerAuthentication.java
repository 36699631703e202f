package dev.sluice.engine.policy;

import java.util.Map;

/// A compiled PeerAuthentication: the mTLS mode of its destinations, and of single workload ports.
///
/// Scope is mesh, namespace or selector; `portModes` counts only on a selector. Modes inherit mesh
/// → namespace → workload → port; `UNSET` inherits. Source: Istio PeerAuthentication.
public record PeerAuthentication(
    PolicyId id, Scope scope, Mode mode, Map<Integer, Mode> portModes) {

  public PeerAuthentication {
    portModes = Map.copyOf(portModes);
  }

  /// Whether plaintext is accepted. `DISABLE` accepts it like `PERMISSIVE` in ambient mode.
  public enum Mode {
    UNSET,
    DISABLE,
    PERMISSIVE,
    STRICT
  }
}
