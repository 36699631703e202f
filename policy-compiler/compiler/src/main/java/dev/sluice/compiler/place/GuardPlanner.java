package dev.sluice.compiler.place;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy.ResolvedTarget;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.place.Placement.GuardSummary;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.PortSet;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Makes the guards that close direct dials where only a waypoint can evaluate a policy.
final class GuardPlanner {

  private final LinkedMesh mesh;
  private final Map<PolicyId, Guard> admissions = new HashMap<>();

  GuardPlanner(LinkedMesh mesh, List<Guard> admissions) {
    this.mesh = mesh;
    admissions.forEach(admission -> this.admissions.put(admission.id(), admission));
  }

  /// The guard of a policy without targetRefs: its own scope, also for workloads that do not exist
  /// yet.
  List<Guard> ofScope(PolicyId policy, Scope scope, PortSet ports, List<StringMatch> exempt) {
    return List.of(new Guard(guardId(policy), scope, List.of(), ports, exempt));
  }

  /// The guards of a policy without targetRefs where it meets the endpoints of Services with a
  /// waypoint.
  List<Guard> ofServices(PolicyId policy, Scope scope, PortSet ports, List<StringMatch> exempt) {
    var guards = new ArrayList<Guard>();
    for (LinkedService service : mesh.sortedServices()) {
      if (service.waypoint().isPresent() && !service.selector().isEmpty()) {
        intersection(scope, service)
            .ifPresent(
                both -> guards.add(new Guard(guardId(policy), both, List.of(), ports, exempt)));
      }
    }
    return guards;
  }

  /// The pods that a scope and a Service both select; empty when no pod can be both.
  private static Optional<Scope> intersection(Scope scope, LinkedService service) {
    return switch (scope) {
      case Scope.Mesh() -> selected(service, Map.of());
      case Scope.InNamespace(var namespace) ->
          namespace.equals(service.namespace()) ? selected(service, Map.of()) : Optional.empty();
      case Scope.Selected(var namespace, var labels) ->
          namespace.equals(service.namespace()) ? selected(service, labels) : Optional.empty();
      case Scope.SelectedAnywhere(var labels) -> selected(service, labels);
      case Scope.Addressed _ -> Optional.empty();
    };
  }

  private static Optional<Scope> selected(LinkedService service, Map<String, String> labels) {
    var all = new HashMap<>(service.selector());
    for (var label : labels.entrySet()) {
      String other = all.put(label.getKey(), label.getValue());
      if (other != null && !other.equals(label.getValue())) {
        return Optional.empty();
      }
    }
    return Optional.of(new Scope.Selected(service.namespace(), all));
  }

  /// The guards of a policy with targetRefs: the endpoints of each Service it concerns, on its
  /// target ports.
  List<Guard> ofTargets(PolicyId policy, List<ResolvedTarget> targets, List<StringMatch> exempt) {
    var guards = new ArrayList<Guard>();
    for (LinkedService service : services(targets)) {
      if (!service.selector().isEmpty() && service.waypoint().isPresent()) {
        guards.add(
            new Guard(
                guardId(policy),
                new Scope.Selected(service.namespace(), service.selector()),
                List.of(),
                service.targetPorts(),
                exempt));
      }
    }
    return guards;
  }

  /// The Services that targets stand for, without repetition.
  List<LinkedService> services(List<ResolvedTarget> targets) {
    Set<LinkedService> services = new LinkedHashSet<>();
    for (ResolvedTarget target : targets) {
      switch (target) {
        case ResolvedTarget.OfService(var service, var _) -> services.add(service);
        case ResolvedTarget.OfWaypoint(var waypoint, var _) ->
            services.addAll(mesh.servicesOf(waypoint));
        case ResolvedTarget.OfAllWaypoints _ ->
            mesh.sortedServices().stream()
                .filter(service -> service.waypoint().isPresent())
                .forEach(services::add);
      }
    }
    return List.copyOf(services);
  }

  /// The guards of a policy as people read them; empty without guards.
  Optional<GuardSummary> summary(List<Guard> guards) {
    if (guards.isEmpty()) {
      return Optional.empty();
    }
    List<LinkedWorkload> workloads =
        guards.stream()
            .flatMap(guard -> mesh.workloadsIn(guard.scope()).stream())
            .distinct()
            .toList();
    PortSet ports = guards.stream().map(Guard::refuses).reduce(PortSet.none(), PortSet::union);
    List<String> admits =
        workloads.stream()
            .flatMap(workload -> workload.services().stream())
            .distinct()
            .map(service -> admissions.get(Admissions.idOf(service)))
            .filter(Objects::nonNull)
            .flatMap(admission -> admission.admits().stream())
            .map(admission -> admission.waypoint().principal())
            .distinct()
            .sorted()
            .toList();
    List<String> exempt = guards.getFirst().exempt().stream().map(GuardPlanner::notation).toList();
    return Optional.of(
        new GuardSummary(
            workloads.stream().map(LinkedWorkload::reference).toList(), admits, ports, exempt));
  }

  private static String notation(StringMatch match) {
    return switch (match) {
      case StringMatch.Exact(var value) -> value;
      case StringMatch.Prefix(var value) -> value + "*";
      case StringMatch.Suffix(var value) -> "*" + value;
      case StringMatch.Present() -> "*";
    };
  }

  private static PolicyId guardId(PolicyId policy) {
    return new PolicyId("Guard", policy.namespace(), policy.name());
  }
}
