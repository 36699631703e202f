package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.TopologyDocument.Gateway;

/// Which traffic a waypoint takes: the label `istio.io/waypoint-for` of the Gateway, else of its
/// GatewayClass, else `service`.
sealed interface TrafficType {

  String LABEL = "istio.io/waypoint-for";

  /// Traffic addressed to Services, which is what waypoints here are given policies for.
  record Services() implements TrafficType {}

  /// Anything else: `value` as written, on the object `owner`.
  record Other(Gateway gateway, Metadata owner, String value) implements TrafficType {

    /// Whether traffic addressed to workloads would take the waypoint.
    boolean takesWorkloads() {
      return value.equals("workload") || value.equals("all");
    }

    /// Why nothing is bound to such a waypoint here.
    Text refusal() {
      String reference = gateway.metadata().namespace() + "/" + gateway.metadata().name();
      String consequence =
          switch (value) {
            case "workload" ->
                "it takes only traffic addressed to pods, which Istio would not send there for this"
                    + " Service, and policies are placed on waypoints for Services only";
            case "all" ->
                "it also takes traffic addressed to pods, and policies are placed on waypoints for"
                    + " Services only: that share would not be judged";
            case "none" -> "it takes no traffic at all, so every L7 policy behind it is passed by";
            default -> "Istio knows `service`, `workload`, `all` and `none`";
          };
      return new Text(
          "waypoint `"
              + reference
              + "` is labelled `"
              + LABEL
              + ": "
              + value
              + "`"
              + (owner.equals(gateway.metadata())
                  ? ""
                  : " by its GatewayClass `" + owner.name() + "`"),
          consequence,
          "set `" + LABEL + ": service` on the Gateway");
    }
  }

  /// What a waypoint takes.
  static TrafficType of(Gateway gateway, Catalog catalog) {
    Metadata own = gateway.metadata();
    if (own.labels().containsKey(LABEL)) {
      return of(gateway, own);
    }
    return catalog
        .gatewayClass(gateway.className().value())
        .filter(found -> found.metadata().labels().containsKey(LABEL))
        .map(found -> of(gateway, found.metadata()))
        .orElseGet(Services::new);
  }

  private static TrafficType of(Gateway gateway, Metadata owner) {
    String value = owner.label(LABEL);
    return value.equals("service") ? new Services() : new Other(gateway, owner, value);
  }
}
