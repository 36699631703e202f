package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.TopologyDocument.Gateway;
import dev.sluice.compiler.syntax.TopologyDocument.Namespace;
import dev.sluice.compiler.syntax.TopologyDocument.Service;
import dev.sluice.engine.identity.SpiffeId;
import java.util.Optional;

/// Decides which waypoint serves a Service, by the labels Istio reads.
///
/// `istio.io/use-waypoint` on the Service wins over the one on its Namespace; `none` opts out; a
/// waypoint that is named but unusable is an error, never a fallback, because traffic would pass it
/// by. Source: istio pilot/pkg/serviceregistry/ambient/waypoints.go, August 2026.
final class WaypointBinder {

  static final String WAYPOINT_CLASS = "istio-waypoint";
  static final String USE = "istio.io/use-waypoint";
  static final String USE_NAMESPACE = "istio.io/use-waypoint-namespace";
  private static final String CANARY = "istio.io/use-waypoint-canary";
  private static final String CANARY_NAMESPACE = "istio.io/use-waypoint-canary-namespace";
  private static final String MANAGED = "gateway.istio.io/managed";
  private static final String NO_WAYPOINT = "none";

  private final Catalog catalog;
  private final MeshSettings settings;
  private final Diagnostics problems;
  private final Admittance admittance;

  WaypointBinder(Catalog catalog, MeshSettings settings, Diagnostics problems) {
    this.catalog = catalog;
    this.settings = settings;
    this.problems = problems;
    this.admittance = new Admittance(catalog);
  }

  /// A label that names a waypoint: whose label it is, and which waypoint.
  record Wish(Metadata owner, String namespace, String name, Span span) {
    String reference() {
      return namespace + "/" + name;
    }
  }

  /// The waypoint a Gateway stands for; empty when it is of another class.
  Optional<Waypoint> waypoint(Gateway gateway) {
    if (!gateway.className().value().equals(WAYPOINT_CLASS)) {
      return Optional.empty();
    }
    Metadata metadata = gateway.metadata();
    return Optional.of(
        new Waypoint(
            metadata.namespace(),
            metadata.name(),
            new SpiffeId(
                settings.trustDomain(), metadata.namespace(), Catalog.accountOf(gateway))));
  }

  /// The waypoint that serves a Service; an unusable one is reported.
  Optional<Waypoint> bind(Service service) {
    Metadata metadata = service.metadata();
    if (!metadata.label(MANAGED).isEmpty()) {
      return Optional.empty();
    }
    return wish(metadata).flatMap(wish -> resolve(wish, metadata.namespace()));
  }

  /// What the labels ask for: the object's own if it has one, even a bad one, else its Namespace's.
  private Optional<Wish> wish(Metadata metadata) {
    if (metadata.labels().containsKey(USE)) {
      return wish(metadata, metadata.namespace());
    }
    return catalog
        .namespace(metadata.namespace())
        .map(Namespace::metadata)
        .flatMap(namespace -> wish(namespace, namespace.name()));
  }

  /// What one object's labels ask for; `home` is where a waypoint without namespace lives.
  static Optional<Wish> wish(Metadata owner, String home) {
    Located<String> label = owner.labels().get(USE);
    if (label == null || label.value().equals(NO_WAYPOINT)) {
      return Optional.empty();
    }
    String other = owner.label(USE_NAMESPACE);
    return Optional.of(
        new Wish(owner, other.isEmpty() ? home : other, label.value(), label.span()));
  }

  private Optional<Waypoint> resolve(Wish wish, String namespace) {
    return gateway(wish)
        .filter(gateway -> servesServices(gateway, wish))
        .filter(gateway -> admits(gateway, wish, namespace))
        .flatMap(this::waypoint);
  }

  /// The waypoint Gateway that a label names; reported when there is none.
  Optional<Gateway> gateway(Wish wish) {
    Optional<Gateway> found = catalog.gateway(wish.namespace(), wish.name());
    if (found.isEmpty()) {
      report(wish, Code.WAYPOINT_NOT_FOUND, notFound(wish));
      return Optional.empty();
    }
    if (waypoint(found.get()).isEmpty()) {
      report(
          wish,
          Code.CLASS_NOT_OURS,
          new Text(
              "Gateway `"
                  + wish.reference()
                  + "` has class `"
                  + found.get().className().value()
                  + "` and is not a waypoint",
              "only a Gateway of class `" + WAYPOINT_CLASS + "` can serve a Service in the mesh",
              "name a waypoint in the label `" + USE + "`"));
      return Optional.empty();
    }
    return found;
  }

  private Text notFound(Wish wish) {
    Optional<String> elsewhere =
        catalog.gatewayReferences().stream()
            .filter(reference -> reference.endsWith("/" + wish.name()))
            .findFirst();
    String help =
        elsewhere
            .map(reference ->
                "did you mean `"
                    + reference
                    + "`? Then add the label `"
                    + USE_NAMESPACE
                    + ": "
                    + reference.substring(0, reference.indexOf('/'))
                    + "`")
            .or(() ->
                Nearest.of(wish.name(), catalog.gatewaysIn(wish.namespace()))
                    .map(found -> "did you mean `" + wish.namespace() + "/" + found + "`?"))
            .orElseGet(() ->
                "correct the label, add the Gateway (class `"
                    + WAYPOINT_CLASS
                    + "`) to the tree, or give the cluster's with `--mesh FILE` or `--context"
                    + " NAME`");
    return new Text(
        "waypoint `" + wish.reference() + "` does not exist in the tree",
        "Istio would send the traffic directly to the workloads, past every L7 policy",
        help);
  }

  private boolean servesServices(Gateway gateway, Wish wish) {
    return switch (TrafficType.of(gateway, catalog)) {
      case TrafficType.Services() -> true;
      case TrafficType.Other other -> {
        problems.report(
            Code.WAYPOINT_TRAFFIC_TYPE, wish.span(), wish.owner().resource(), other.refusal());
        yield false;
      }
    };
  }

  private boolean admits(Gateway gateway, Wish wish, String namespace) {
    return switch (admittance.of(gateway, namespace)) {
      case Admittance.Verdict.Admitted() -> true;
      case Admittance.Verdict.Refused(var why, var help) -> {
        report(
            wish,
            Code.WAYPOINT_REFUSES_NAMESPACE,
            new Text(
                "waypoint `"
                    + wish.reference()
                    + "` does not admit namespace `"
                    + namespace
                    + "`: "
                    + why,
                "Istio would refuse the attachment and send the traffic directly",
                help + ", or use a waypoint of the namespace"));
        yield false;
      }
    };
  }

  /// The waypoint that a share of the traffic to a Service takes beside the one it is bound to, by
  /// labels of the object that names that one; an unusable one is reported.
  Optional<Waypoint> canary(Service service, Waypoint primary) {
    Metadata metadata = service.metadata();
    Metadata owner =
        metadata.labels().containsKey(USE)
            ? metadata
            : catalog.namespace(metadata.namespace()).map(Namespace::metadata).orElse(metadata);
    Located<String> label = owner.labels().get(CANARY);
    if (label == null || label.value().equals(NO_WAYPOINT)) {
      return Optional.empty();
    }
    String other = owner.label(CANARY_NAMESPACE);
    var wish =
        new Wish(
            owner, other.isEmpty() ? metadata.namespace() : other, label.value(), label.span());
    // Istio sends everything to the primary when both labels name one waypoint
    return resolve(wish, metadata.namespace()).filter(found -> !found.equals(primary));
  }

  private void report(Wish wish, Code code, Text text) {
    problems.report(code, wish.span(), wish.owner().resource(), text);
  }
}
