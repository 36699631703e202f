package dev.sluice.waypoint.decision;

import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.Verdict.Cause;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import dev.sluice.runtime.mesh.Endpoint;
import dev.sluice.runtime.mesh.EndpointChoice;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.ServingWaypoint;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// The Services that this waypoint answers for: those that the mesh binds to it and whose binding
/// the signed bundle assumed too.
public record ServiceDirectory(EnforcementPoint.Waypoint self) {

  /// An endpoint of a Service as policies distinguish it: what they select it by, and one address
  /// and port that stands for all alike.
  public record EndpointClass(Destination destination, AddressPort workload) {}

  /// Finds the Service behind the address that a client dialled.
  public Dispatch find(Moment moment, Client client) {
    InetAddress vip = client.service().address();
    Optional<Service> found = moment.mesh().serviceByVip(vip, client.namespace());
    if (found.isEmpty()) {
      return new Dispatch.NotFound("unknown_destination");
    }
    Service service = found.get();
    if (moment.policy().shard().isEmpty()) {
      return new Dispatch.Unavailable(new Cause.NoPolicy("no policy is loaded"));
    }
    boolean inMesh = isBoundInMesh(moment.mesh(), service);
    boolean inBundle = isBoundInBundle(moment, service);
    if (inMesh != inBundle) {
      String where = inMesh ? "mesh" : "bundle";
      return new Dispatch.Unavailable(
          new Cause.BindingDrift("only the " + where + " binds `" + service.key() + "` here"));
    }
    if (!inMesh) {
      return new Dispatch.NotFound("not_bound_here");
    }
    return service.ports().containsKey(client.service().port())
        ? new Dispatch.Served(service)
        : new Dispatch.NotFound("unknown_port");
  }

  private boolean isBoundInMesh(StaticMesh mesh, Service service) {
    return mesh.waypointOf(service) instanceof ServingWaypoint.Found found
        && found.namespace().equals(self.namespace())
        && found.name().equals(self.name());
  }

  private boolean isBoundInBundle(Moment moment, Service service) {
    return moment
        .policy()
        .binding(service.namespace(), service.name())
        .filter(binding -> binding.waypointNamespace().equals(self.namespace()))
        .filter(binding -> binding.waypointName().equals(self.name()))
        .isPresent();
  }

  /// An endpoint of a Service port that takes tunnels: others could not prove who they are.
  public static Optional<Endpoint> endpoint(
      Moment moment, Service service, int port, RandomGenerator random) {
    List<Endpoint> reachable =
        moment.mesh().endpoints(service, port).stream()
            .filter(endpoint -> endpoint.workload().protocol() == Workload.Protocol.HBONE)
            .toList();
    return EndpointChoice.pick(reachable, service.loadBalancing(), null, random.nextLong());
  }

  /// What policies select an endpoint by when traffic is addressed to a Service served here.
  public Destination destination(Service addressed, Workload endpoint) {
    return endpoint.addressedAs(targets(addressed));
  }

  /// The destinations of everything that the mesh binds here.
  public List<Destination> destinations(StaticMesh mesh) {
    return mesh.services().stream()
        .filter(service -> isBoundInMesh(mesh, service))
        .flatMap(
            service -> mesh.members(service).stream().map(member -> destination(service, member)))
        .distinct()
        .toList();
  }

  private Set<Scope.Target> targets(Service service) {
    return Set.of(
        new Scope.Target.Service(service.namespace(), service.name()),
        new Scope.Target.ServiceEntry(service.namespace(), service.name()),
        new Scope.Target.Waypoint(self.namespace(), self.name()),
        new Scope.Target.AllWaypoints());
  }

  /// The distinct classes of a Service's members, whatever their health; the Service itself stands
  /// in when it has none.
  public List<EndpointClass> classes(Moment moment, Service service, AddressPort dialled) {
    Set<Destination> seen = new HashSet<>();
    List<EndpointClass> classes = new ArrayList<>();
    for (Workload member : moment.mesh().members(service)) {
      Destination destination = destination(service, member);
      if (!member.addresses().isEmpty() && seen.add(destination)) {
        int port = StaticMesh.targetPort(service, member, dialled.port());
        classes.add(
            new EndpointClass(destination, new AddressPort(member.addresses().getFirst(), port)));
      }
    }
    if (classes.isEmpty()) {
      var alone = new Destination(service.namespace(), Map.of(), targets(service));
      classes.add(new EndpointClass(alone, dialled));
    }
    return classes;
  }
}
