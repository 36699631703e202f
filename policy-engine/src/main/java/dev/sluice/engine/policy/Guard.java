package dev.sluice.engine.policy;

import dev.sluice.engine.identity.SpiffeId;
import java.util.List;

/// The generated rule that makes ztunnel and waypoint one decision for the workloads in `scope`.
///
/// - `admits`: what a waypoint sends was judged there with the client's identity and passes, on its
///   ports.
/// - `refuses`: workload ports on which a direct dial is refused, because something only a waypoint
///   can evaluate concerns them.
/// - `exempt`: principals declared with `sluice.dev/guard-exempt`: they may dial directly and are
///   still subject to DENY policies, but need no ALLOW.
public record Guard(
    PolicyId id, Scope scope, List<Admission> admits, PortSet refuses, List<StringMatch> exempt) {

  public Guard {
    admits = List.copyOf(admits);
    exempt = List.copyOf(exempt);
  }

  /// Whether the peer is declared exempt.
  public boolean isExempt(SpiffeId id) {
    for (StringMatch match : exempt) {
      if (PrincipalText.matches(match, id)) {
        return true;
      }
    }
    return false;
  }

  /// A waypoint's identity and the workload ports on which its traffic counts as judged.
  public record Admission(SpiffeId waypoint, PortSet ports) {}
}
