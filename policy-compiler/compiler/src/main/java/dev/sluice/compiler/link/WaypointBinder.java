package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.TopologyDocument.Gateway;
import dev.sluice.compiler.syntax.TopologyDocument.Listener;
import dev.sluice.compiler.syntax.TopologyDocument.Service;
import dev.sluice.engine.identity.SpiffeId;
import java.util.Map;
import java.util.Optional;

/// Decides which waypoint serves a Service, by the labels Istio reads.
///
/// `istio.io/use-waypoint` on the Service wins over the one on its Namespace; `none` opts out; a
/// waypoint that is named but unusable is an error, never a fallback, because traffic would pass it
/// by.
final class WaypointBinder {

  static final String WAYPOINT_CLASS = "istio-waypoint";
  private static final String USE = "istio.io/use-waypoint";
  private static final String USE_NAMESPACE = "istio.io/use-waypoint-namespace";
  private static final String CANARY = "istio.io/use-waypoint-canary";
  private static final String TRAFFIC = "istio.io/waypoint-for";
  private static final String ACCOUNT = "gateway.istio.io/service-account";

  private final Catalog catalog;
  private final MeshSettings settings;
  private final Diagnostics problems;

  WaypointBinder(Catalog catalog, MeshSettings settings, Diagnostics problems) {
    this.catalog = catalog;
    this.settings = settings;
    this.problems = problems;
  }

  /// The waypoint a Gateway stands for; empty when it is of another class.
  Optional<Waypoint> waypoint(Gateway gateway) {
    if (!gateway.className().value().equals(WAYPOINT_CLASS)) {
      return Optional.empty();
    }
    Metadata metadata = gateway.metadata();
    String account = metadata.annotation(ACCOUNT);
    return Optional.of(
        new Waypoint(
            metadata.namespace(),
            metadata.name(),
            new SpiffeId(
                settings.trustDomain(),
                metadata.namespace(),
                account.isEmpty() ? metadata.name() : account)));
  }

  /// The waypoint that serves a Service; an unusable one is reported.
  Optional<Waypoint> bind(Service service) {
    Metadata metadata = service.metadata();
    if (!metadata.label("gateway.istio.io/managed").isEmpty()) {
      return Optional.empty();
    }
    reportCanary(metadata);
    String own = metadata.label(USE);
    String fromNamespace = catalog.namespaceLabel(metadata.namespace(), USE);
    boolean labelled = !own.isEmpty();
    String name = labelled ? own : fromNamespace;
    if (name.isEmpty() || name.equals("none")) {
      return Optional.empty();
    }
    String otherNamespace =
        labelled
            ? metadata.label(USE_NAMESPACE)
            : catalog.namespaceLabel(metadata.namespace(), USE_NAMESPACE);
    String namespace = otherNamespace.isEmpty() ? metadata.namespace() : otherNamespace;
    Located<String> label = metadata.labels().get(USE);
    Span span = label == null ? metadata.nameSpan() : label.span();
    return resolve(metadata, namespace, name, span);
  }

  private Optional<Waypoint> resolve(Metadata service, String namespace, String name, Span span) {
    Optional<Gateway> gateway = catalog.gateway(namespace, name);
    if (gateway.isEmpty()) {
      report(service, Code.WAYPOINT_NOT_FOUND, span, notFound(namespace, name));
      return Optional.empty();
    }
    Optional<Waypoint> waypoint = waypoint(gateway.get());
    if (waypoint.isEmpty()) {
      report(
          service,
          Code.CLASS_NOT_OURS,
          span,
          new Text(
              "Gateway `"
                  + namespace
                  + "/"
                  + name
                  + "` has class `"
                  + gateway.get().className().value()
                  + "` and is not a waypoint",
              "only a Gateway of class `" + WAYPOINT_CLASS + "` can serve a Service in the mesh",
              "name a waypoint in the label `" + USE + "`"));
      return Optional.empty();
    }
    if (!servesServices(gateway.get(), service, span)
        || !admitsNamespace(gateway.get(), service, span)) {
      return Optional.empty();
    }
    return waypoint;
  }

  private Text notFound(String namespace, String name) {
    String nearest =
        catalog
            .nearestGateway(namespace, name)
            .map(found -> "; did you mean `" + found + "`?")
            .orElse("");
    return new Text(
        "waypoint `" + namespace + "/" + name + "` does not exist in the tree",
        "Istio would send the traffic directly to the workloads, past every L7 policy",
        "add the Gateway (class `" + WAYPOINT_CLASS + "`) or correct the label" + nearest);
  }

  private boolean servesServices(Gateway gateway, Metadata service, Span span) {
    String traffic = gateway.metadata().label(TRAFFIC);
    if (traffic.isEmpty() || traffic.equals("service")) {
      return true;
    }
    report(
        service,
        Code.WAYPOINT_TRAFFIC_TYPE,
        span,
        new Text(
            "waypoint `"
                + gateway.metadata().namespace()
                + "/"
                + gateway.metadata().name()
                + "` is labelled `"
                + TRAFFIC
                + ": "
                + traffic
                + "`",
            "Sluice places policies on waypoints for Services; traffic of another type would not be"
                + " judged",
            "set `" + TRAFFIC + ": service` on the Gateway"));
    return false;
  }

  private boolean admitsNamespace(Gateway gateway, Metadata service, Span span) {
    String home = gateway.metadata().namespace();
    if (service.namespace().equals(home)) {
      return true;
    }
    boolean admitted =
        gateway.listeners().stream()
            .filter(listener -> listener.port() == 15008)
            .anyMatch(listener -> admits(listener, service.namespace()));
    if (!admitted) {
      report(
          service,
          Code.WAYPOINT_REFUSES_NAMESPACE,
          span,
          new Text(
              "waypoint `"
                  + home
                  + "/"
                  + gateway.metadata().name()
                  + "` does not admit namespace `"
                  + service.namespace()
                  + "`",
              "Istio would refuse the attachment and send the traffic directly",
              "set `allowedRoutes.namespaces.from: All` on its listener of port 15008, or use a"
                  + " waypoint of the namespace"));
    }
    return admitted;
  }

  private boolean admits(Listener listener, String namespace) {
    return switch (listener.from()) {
      case "All" -> true;
      case "Selector" -> catalog.namespaceHas(namespace, listener.namespaceLabels());
      default -> false;
    };
  }

  private void reportCanary(Metadata service) {
    for (Map.Entry<String, Located<String>> label : service.labels().entrySet()) {
      if (label.getKey().startsWith(CANARY)) {
        report(
            service,
            Code.UNSUPPORTED_FIELD,
            label.getValue().span(),
            new Text(
                "label `" + label.getKey() + "` is not supported",
                "a share of the traffic would take a waypoint that was given no policy",
                "remove the label"));
      }
    }
  }

  private void report(Metadata service, Code code, Span span, Text text) {
    problems.report(code, span, service.resource(), text);
  }
}
