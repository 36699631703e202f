package dev.sluice.engine.index;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.Guard.Admission;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.engine.policy.Verdict.Allow;
import dev.sluice.engine.policy.Verdict.Cause;
import dev.sluice.engine.policy.Verdict.Deny;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The guards of one destination: by waypoint what is admitted, by port what is refused.
final class GuardIndex {

  private final Map<SpiffeId, PortTable<Verdict>> admitted;
  private final PortTable<Refusal> refused;

  private GuardIndex(Map<SpiffeId, PortTable<Verdict>> admitted, PortTable<Refusal> refused) {
    this.admitted = admitted;
    this.refused = refused;
  }

  /// The guards that refuse a port, in order, and what a peer exempt from all of them gets.
  private record Refusal(List<Refusing> guards, Verdict exempt) {}

  /// A guard and its refusal.
  private record Refusing(Guard guard, Verdict refusal) {}

  static GuardIndex of(List<Guard> guards) {
    var waypoints = new LinkedHashSet<SpiffeId>();
    guards.forEach(guard -> guard.admits().forEach(admits -> waypoints.add(admits.waypoint())));
    var admitted = new HashMap<SpiffeId, PortTable<Verdict>>();
    waypoints.forEach(waypoint -> admitted.put(waypoint, admitted(guards, waypoint)));
    var ports = PortTable.named(guards.stream().map(Guard::refuses).toList());
    return new GuardIndex(Map.copyOf(admitted), PortTable.of(ports, port -> refusal(guards, port)));
  }

  private static PortTable<Verdict> admitted(List<Guard> guards, SpiffeId waypoint) {
    var ports =
        PortTable.named(
            guards.stream()
                .flatMap(guard -> guard.admits().stream())
                .filter(admission -> admission.waypoint().equals(waypoint))
                .map(Admission::ports)
                .toList());
    return PortTable.of(ports, port -> admission(guards, waypoint, port));
  }

  private static @Nullable Verdict admission(List<Guard> guards, SpiffeId waypoint, int port) {
    for (Guard guard : guards) {
      for (Admission admission : guard.admits()) {
        if (admission.waypoint().equals(waypoint) && admission.ports().contains(port)) {
          return new Allow(new Cause.JudgedByWaypoint(guard.id(), waypoint));
        }
      }
    }
    return null;
  }

  private static @Nullable Refusal refusal(List<Guard> guards, int port) {
    List<Refusing> refusing =
        guards.stream()
            .filter(guard -> guard.refuses().contains(port))
            .map(guard -> new Refusing(guard, new Deny(new Cause.GuardRefused(guard.id()))))
            .toList();
    return refusing.isEmpty()
        ? null
        : new Refusal(refusing, new Allow(new Cause.GuardExempt(refusing.getFirst().guard().id())));
  }

  /// What a waypoint that judged the traffic gets; null for everyone else.
  @Nullable Verdict admitted(SpiffeId peer, int port) {
    PortTable<Verdict> ports = admitted.get(peer);
    return ports == null ? null : ports.at(port);
  }

  /// What the guards say about a direct dial; null when none concerns the port.
  @Nullable Verdict refused(Peer peer, int port) {
    Refusal refusal = refused.at(port);
    if (refusal == null) {
      return null;
    }
    for (int i = 0; i < refusal.guards().size(); i++) {
      Refusing refusing = refusal.guards().get(i);
      boolean exempt =
          peer instanceof Peer.Identified(SpiffeId id) && refusing.guard().isExempt(id);
      if (!exempt) {
        return refusing.refusal();
      }
    }
    return refusal.exempt();
  }
}
