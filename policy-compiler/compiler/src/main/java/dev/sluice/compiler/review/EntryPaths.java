package dev.sluice.compiler.review;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.Witness;
import dev.sluice.compiler.diagnostic.Witness.Caller;
import dev.sluice.compiler.diagnostic.Witness.Decision;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedService.ServicePort;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.compiler.review.Overview.Group;
import dev.sluice.compiler.syntax.TopologyDocument.Addressing;
import dev.sluice.compiler.syntax.TopologyDocument.Exposure;
import dev.sluice.engine.policy.Guard;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Ways to a workload that do not lead through its waypoint.
///
/// The guard on ztunnel closes them, so what is found are callers that will be refused. Pods that
/// no ztunnel captures are really open; placement reports those.
final class EntryPaths {

  private static final String INGRESS = "istio.io/ingress-use-waypoint";

  private final Overview overview;
  private final Witnesses witnesses;
  private final RouteTraffic routes;
  private final Diagnostics problems;

  EntryPaths(Overview overview, Witnesses witnesses, RouteTraffic routes, Diagnostics problems) {
    this.overview = overview;
    this.witnesses = witnesses;
    this.routes = routes;
    this.problems = problems;
  }

  /// A Service some ports of which are refused to direct dials, and by what.
  private record Refused(
      LinkedService service,
      ServicePort port,
      LinkedWorkload workload,
      Waypoint waypoint,
      LinkedPolicy policy) {}

  void report() {
    Map<String, Refused> refused = refusedByService();
    for (Refused one : refused.values()) {
      LinkedService service = one.service();
      if (service.waypoint().isEmpty()) {
        // what a waypoint forwards to is meant to be closed to everyone else
        if (!routes.isForwardedTo(service)) {
          reportBypass(one);
        }
      } else if (service.syntax().exposure() != Exposure.CLUSTER) {
        reportExposed(one);
      }
    }
    refused.values().forEach(this::reportIngress);
  }

  private Map<String, Refused> refusedByService() {
    var refused = new TreeMap<String, Refused>();
    for (Group group : overview.groups()) {
      if (group.guards().stream().map(Guard::refuses).allMatch(ports -> ports.isEmpty())) {
        continue;
      }
      for (LinkedWorkload workload : group.workloads()) {
        Optional<Waypoint> waypoint = workload.waypoints().stream().findFirst();
        for (LinkedService service : workload.services()) {
          for (ServicePort port : service.ports()) {
            for (int target : port.targets()) {
              Optional<LinkedPolicy> policy = overview.closingToAll(group, target);
              if (policy.isPresent() && waypoint.isPresent()) {
                refused.putIfAbsent(
                    service.reference().toString(),
                    new Refused(service, port, workload, waypoint.get(), policy.get()));
              }
            }
          }
        }
      }
    }
    return refused;
  }

  private void reportBypass(Refused one) {
    boolean isHeadless = one.service().syntax().addressing() == Addressing.HEADLESS;
    String message =
        "clients of "
            + (isHeadless ? "headless " : "")
            + "Service `"
            + one.service().reference()
            + "` dial its pods past waypoint `"
            + one.waypoint().reference()
            + "` and are refused on port "
            + one.port().port();
    String help =
        isHeadless
            ? "call a Service that is bound to the waypoint, or declare the callers on the policy"
                + " with `sluice.dev/guard-exempt`"
            : "bind the Service to the waypoint with `istio.io/use-waypoint: "
                + one.waypoint().name()
                + "`, or declare the callers on the policy with `sluice.dev/guard-exempt`";
    report(
        one,
        new Text(message, why(one), help)
            .shownBy(refusal(one, witnesses.anyCaller(one.workload()))));
  }

  private void reportExposed(Refused one) {
    String type =
        one.service().syntax().exposure() == Exposure.NODE_PORT ? "NodePort" : "LoadBalancer";
    String message =
        "clients from outside the mesh that use the "
            + type
            + " of Service `"
            + one.service().reference()
            + "` do not pass waypoint `"
            + one.waypoint().reference()
            + "` and are refused on port "
            + one.port().port();
    report(
        one,
        new Text(
                message,
                why(one),
                "lead them through a gateway of the mesh, or make the Service of type ClusterIP")
            .shownBy(refusal(one, new Caller.Plaintext())));
  }

  private void report(Refused one, Text text) {
    problems.report(
        Code.ENTRY_REFUSED,
        one.service().syntax().metadata().nameSpan(),
        one.service().syntax().metadata().resource(),
        text);
  }

  private static Witness refusal(Refused one, Caller caller) {
    return Witness.connection(
        caller,
        new Witness.Destination.Service(one.service().reference().toString(), one.port().port()),
        Decision.DENY);
  }

  private static String why(Refused one) {
    return Names.placed(one.policy().syntax().metadata())
        + " needs a waypoint to judge it, so ztunnel refuses whoever dials port "
        + Names.listed(one.port().targets().stream().map(String::valueOf).toList())
        + " directly; Istio would let them pass unjudged";
  }

  /// Gateways of other classes send to the pods unless the Service asks for its waypoint.
  private void reportIngress(Refused one) {
    LinkedPolicy.Route ingress = routes.ingressTo(one.service());
    if (ingress != null
        && one.service().waypoint().isPresent()
        && !usesWaypointFromIngress(one.service())) {
      reportIngress(ingress, one);
    }
  }

  private boolean usesWaypointFromIngress(LinkedService service) {
    return overview
        .mesh()
        .topology()
        .labelOrInherited(service.syntax().metadata(), INGRESS)
        .equals("true");
  }

  private void reportIngress(LinkedPolicy.Route route, Refused one) {
    String message =
        "the gateway of "
            + Names.placed(route.syntax().metadata())
            + " sends to the pods of Service `"
            + one.service().reference()
            + "` past waypoint `"
            + one.waypoint().reference()
            + "` and is refused on port "
            + one.port().port();
    String help =
        "label the Service `"
            + INGRESS
            + ": \"true\"`, or declare the gateway's identity on the"
            + " policy with `sluice.dev/guard-exempt`";
    report(one, new Text(message, why(one), help));
  }
}
