package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.syntax.TopologyDocument.Gateway;
import java.util.TreeSet;

/// Reports Gateways whose class does not exist, and waypoints that cannot take traffic.
final class GatewayLinks {

  private final Catalog catalog;
  private final KnownTopology topology;
  private final Diagnostics problems;

  GatewayLinks(Catalog catalog, KnownTopology topology, Diagnostics problems) {
    this.catalog = catalog;
    this.topology = topology;
    this.problems = problems;
  }

  void check() {
    for (Gateway gateway : catalog.gateways()) {
      String className = gateway.className().value();
      // Istio makes the class of waypoints itself, so it is not in anybody's tree
      if (className.equals(WaypointBinder.WAYPOINT_CLASS)) {
        checkListener(gateway);
      } else if (catalog.gatewayClass(className).isEmpty()) {
        checkClass(gateway, className);
      }
    }
  }

  private void checkClass(Gateway gateway, String className) {
    var classes = new TreeSet<>(catalog.gatewayClasses());
    classes.add(WaypointBinder.WAYPOINT_CLASS);
    boolean misspelt =
        Nearest.of(className, classes).filter(WaypointBinder.WAYPOINT_CLASS::equals).isPresent();
    if (!topology.knowsGatewayClasses() && !misspelt) {
      return;
    }
    problems.report(
        Code.UNKNOWN_GATEWAY_CLASS,
        gateway.className().span(),
        gateway.metadata().resource(),
        new Text(
            "GatewayClass `" + className + "` does not exist in the tree",
            "no controller would make proxies for the Gateway, so it takes no traffic",
            Nearest.help(className, classes, "correct the name, or add the GatewayClass")));
  }

  private void checkListener(Gateway gateway) {
    boolean speaksHbone =
        Admittance.listeners(gateway).stream()
            .anyMatch(listener -> listener.protocol().equals("HBONE"));
    if (!speaksHbone) {
      problems.report(
          Code.WAYPOINT_WITHOUT_LISTENER,
          gateway.metadata().nameSpan(),
          gateway.metadata().resource(),
          new Text(
              "waypoint `"
                  + gateway.metadata().namespace()
                  + "/"
                  + gateway.metadata().name()
                  + "` has no listener with port 15008 and protocol `HBONE`",
              "ztunnel sends it traffic on that port and in that protocol only",
              "add the listener `{name: mesh, port: 15008, protocol: HBONE}`"));
    }
  }
}
