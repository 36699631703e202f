package dev.sluice.compiler.link;

import dev.sluice.compiler.syntax.TopologyDocument;
import dev.sluice.engine.policy.Destination;
import java.util.List;
import java.util.Optional;

/// A workload with the Services it is an endpoint of.
public record LinkedWorkload(
    TopologyDocument.Workload syntax, Membership membership, List<LinkedService> services) {

  public LinkedWorkload {
    services = List.copyOf(services);
  }

  /// Whether ztunnel captures the workload's traffic.
  public enum Membership {
    AMBIENT,
    OUTSIDE
  }

  /// `Deployment shop/api`.
  public String reference() {
    return syntax.metadata().resource().toString();
  }

  public Destination destination() {
    return Destination.direct(syntax.metadata().namespace(), syntax.podLabels());
  }

  /// The Services through which traffic reaches this workload by way of a waypoint.
  public List<LinkedService> servicesBehindWaypoint() {
    return services.stream().filter(service -> service.waypoint().isPresent()).toList();
  }

  public boolean isBehindWaypoint() {
    return !servicesBehindWaypoint().isEmpty();
  }

  /// The waypoints traffic may take to this workload.
  public List<Waypoint> waypoints() {
    return services.stream()
        .map(LinkedService::waypoint)
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }
}
