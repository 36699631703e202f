package dev.sluice.compiler.link;

import dev.sluice.compiler.syntax.TopologyDocument;
import dev.sluice.engine.policy.Destination;
import java.util.List;

/// A workload with its part in the mesh and the Services it is an endpoint of.
public record LinkedWorkload(
    TopologyDocument.Workload syntax, Enrolment enrolment, List<LinkedService> services) {

  public LinkedWorkload {
    services = List.copyOf(services);
  }

  /// What enforces policy for a workload's inbound traffic.
  public enum Membership {
    /// The ztunnel of its node.
    AMBIENT,
    /// A proxy in its own pod, which is configured by Istio and not by a bundle.
    SIDECAR,
    /// Nothing.
    OUTSIDE
  }

  /// A workload's membership and, as the end of "it is so because …", what decided it.
  public record Enrolment(Membership membership, String because) {}

  /// Of the name alone: what else there is would be walked for every set of workloads.
  @Override
  public int hashCode() {
    return 31 * syntax.metadata().namespace().hashCode() + syntax.metadata().name().hashCode();
  }

  public Membership membership() {
    return enrolment.membership();
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
    return services.stream().flatMap(service -> service.waypoints().stream()).distinct().toList();
  }
}
