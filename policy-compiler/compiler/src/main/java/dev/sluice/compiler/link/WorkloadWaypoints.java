package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedWorkload.Membership;
import dev.sluice.compiler.link.WaypointBinder.Wish;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.TopologyDocument.Gateway;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Refuses waypoints for traffic addressed to pods, to which no policy is placed, and says so of
/// labels on pods that bind nothing.
final class WorkloadWaypoints {

  private final Catalog catalog;
  private final WaypointBinder binder;
  private final Diagnostics problems;

  WorkloadWaypoints(Catalog catalog, WaypointBinder binder, Diagnostics problems) {
    this.catalog = catalog;
    this.binder = binder;
    this.problems = problems;
  }

  void check(List<LinkedWorkload> workloads) {
    Set<String> inheriting = new LinkedHashSet<>();
    for (LinkedWorkload workload : workloads) {
      if (workload.membership() == Membership.AMBIENT) {
        String own = workload.syntax().podLabels().get(WaypointBinder.USE);
        if (own == null) {
          inheriting.add(workload.syntax().metadata().namespace());
        } else if (!own.equals("none")) {
          checkOwn(workload, own);
        }
      }
    }
    inheriting.forEach(this::checkInherited);
  }

  private void checkOwn(LinkedWorkload workload, String name) {
    Metadata metadata = workload.syntax().metadata();
    String stated = workload.syntax().podLabels().getOrDefault(WaypointBinder.USE_NAMESPACE, "");
    String namespace = stated.isEmpty() ? metadata.namespace() : stated;
    Span span = metadata.nameSpan();
    var wish = new Wish(metadata, namespace, name, span);
    Optional<Gateway> gateway = binder.gateway(wish);
    if (gateway.isEmpty()) {
      return;
    }
    if (TrafficType.of(gateway.get(), catalog) instanceof TrafficType.Other other
        && other.takesWorkloads()) {
      report(Code.WAYPOINT_TRAFFIC_TYPE, wish, podAddressed(wish, other));
      return;
    }
    report(
        Code.WAYPOINT_LABEL_IGNORED,
        wish,
        new Text(
            "label `"
                + WaypointBinder.USE
                + ": "
                + name
                + "` on the pods of `"
                + workload.reference()
                + "` binds nothing, because that waypoint takes no traffic addressed to pods",
            "on a pod the label concerns only clients that dial the pod itself",
            "put the label on the Service or on the Namespace"));
  }

  /// A Namespace's label binds its pods too, when the waypoint takes traffic addressed to pods.
  private void checkInherited(String namespace) {
    catalog
        .namespace(namespace)
        .flatMap(found -> WaypointBinder.wish(found.metadata(), namespace))
        .ifPresent(wish ->
            catalog
                .gateway(wish.namespace(), wish.name())
                .filter(gateway -> binder.waypoint(gateway).isPresent())
                .map(gateway -> TrafficType.of(gateway, catalog))
                .filter(TrafficType.Other.class::isInstance)
                .map(TrafficType.Other.class::cast)
                .filter(TrafficType.Other::takesWorkloads)
                .ifPresent(other -> report(Code.WAYPOINT_TRAFFIC_TYPE, wish, other.refusal())));
  }

  private static Text podAddressed(Wish wish, TrafficType.Other traffic) {
    return new Text(
        "waypoint `"
            + wish.reference()
            + "` would take traffic addressed to pods (`"
            + TrafficType.LABEL
            + ": "
            + traffic.value()
            + "`)",
        "policies are placed on waypoints for Services only, so that traffic would not be judged",
        "remove the label from the pods and put it on their Service, and set `"
            + TrafficType.LABEL
            + ": service` on the Gateway");
  }

  private void report(Code code, Wish wish, Text text) {
    problems.report(code, wish.span(), wish.owner().resource(), text);
  }
}
