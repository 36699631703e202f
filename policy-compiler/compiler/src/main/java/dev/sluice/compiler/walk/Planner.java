package dev.sluice.compiler.walk;

import dev.sluice.compiler.diagnostic.NearestName;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.walk.Journey.Ending;
import dev.sluice.compiler.walk.Trip.Stop;
import dev.sluice.compiler.walk.Trip.View;
import dev.sluice.engine.policy.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds the ways a case may go, as the proxies and the kernel choose them.
///
/// A client of the mesh reaches a Service with a waypoint through that waypoint. A client without
/// identity is outside the mesh: whatever it dials, it ends at a pod.
final class Planner {

  private final LinkedMesh mesh;
  private final Proxies proxies;
  private final WaypointTrips throughWaypoint;

  Planner(LinkedMesh mesh, Proxies proxies) {
    this.mesh = mesh;
    this.proxies = proxies;
    this.throughWaypoint = new WaypointTrips(mesh, proxies);
  }

  Planned plan(Case asked) {
    return switch (asked.to()) {
      case Target.OfService target -> toService(asked, target);
      case Target.OfWorkload target -> toWorkload(target);
    };
  }

  private Planned toService(Case asked, Target.OfService target) {
    Optional<LinkedService> found = mesh.service(target.namespace(), target.name());
    if (found.isEmpty()) {
      String name = target.namespace() + "/" + target.name();
      return new Planned.Nowhere(
          "Service `" + name + "` is not in the tree",
          NearestName.help(name, mesh.services().keySet(), "add the Service, or correct the name"));
    }
    LinkedService service = found.get();
    var port = service.ports().stream().filter(p -> p.port() == target.port()).findFirst();
    if (port.isEmpty()) {
      List<String> ports = service.ports().stream().map(p -> "" + p.port()).toList();
      return new Planned.Nowhere(
          "Service `" + service.reference() + "` has no TCP port " + target.port(),
          ports.isEmpty() ? "it has none at all" : "it has " + String.join(", ", ports));
    }
    List<Endpoint> endpoints = Endpoint.of(mesh, service, target.port());
    if (endpoints.isEmpty()) {
      return noEndpoints(service, target.port());
    }
    Optional<Waypoint> waypoint = service.waypoint();
    return waypoint.isPresent() && asked.from().peer() instanceof Peer.Identified
        ? throughWaypoint.plan(asked, waypoint.get(), service, port.get())
        : dialled(endpoints);
  }

  static Planned noEndpoints(LinkedService service, int port) {
    return new Planned.Nowhere(
        "no workload of the tree serves port " + port + " of Service `" + service.reference() + "`",
        service.selector().isEmpty()
            ? "the Service has no selector, so its endpoints are not known"
            : "add the workload to the tree, or pass it with `--mesh`");
  }

  /// The workloads that a name of a workload or pod stands for.
  List<LinkedWorkload> workloads(String namespace, String name) {
    return PodName.workloads(name, mesh.workloadsOf(namespace));
  }

  private Planned toWorkload(Target.OfWorkload target) {
    List<LinkedWorkload> found = workloads(target.namespace(), target.name());
    if (found.isEmpty()) {
      String name = target.namespace() + "/" + target.name();
      List<String> names =
          mesh.workloads().stream()
              .map(w -> w.syntax().metadata().namespace() + "/" + w.syntax().metadata().name())
              .toList();
      return new Planned.Nowhere(
          "workload `" + name + "` is not in the tree",
          NearestName.help(name, names, "add the workload, or correct the name"));
    }
    List<Endpoint> endpoints =
        found.stream().map(workload -> Endpoint.of(workload, target.port())).toList();
    if (endpoints.stream().map(Endpoint::kind).distinct().count() > 1) {
      return new Planned.Nowhere(
          "`"
              + target.namespace()
              + "/"
              + target.name()
              + "` is the name of several workloads: "
              + String.join(", ", found.stream().map(LinkedWorkload::reference).toList()),
          "give them names of their own, or ask about a Service");
    }
    return dialled(List.of(endpoints.getFirst()));
  }

  /// The ways to pods. Nobody decides in front of one outside the mesh; what a sidecar decides is
  /// not in the bundle.
  private Planned dialled(List<Endpoint> endpoints) {
    var trips = new ArrayList<Trip>();
    for (Endpoint endpoint : endpoints) {
      switch (endpoint.kind().membership()) {
        case AMBIENT -> trips.add(dialled(endpoint, List.of(atZtunnel(endpoint))));
        case OUTSIDE -> trips.add(dialled(endpoint, List.of()));
        case SIDECAR -> {
          return new Planned.Nowhere(
              "`" + endpoint.example() + "` has a sidecar, which Istio configures",
              "what a sidecar decides is not part of the bundle; ask about a workload of the"
                  + " ambient mesh");
        }
      }
    }
    return new Planned.Trips(trips);
  }

  private static Trip dialled(Endpoint endpoint, List<Stop> stops) {
    return new Trip(
        stops,
        Optional.empty(),
        new Ending.Delivered(endpoint.workloads(), endpoint.kind().port()));
  }

  private Stop atZtunnel(Endpoint endpoint) {
    return new Stop(
        new Hop.Proxy.Ztunnel(),
        proxies.ztunnel().at(endpoint.kind().destination()),
        endpoint.example(),
        endpoint.kind().port(),
        new View.Dialled());
  }
}
