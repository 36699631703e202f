package dev.sluice.compiler.link;

import dev.sluice.compiler.syntax.TopologyDocument.Gateway;
import dev.sluice.compiler.syntax.TopologyDocument.Listener;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which namespaces a waypoint lets in, by `allowedRoutes.namespaces` of its HBONE listener: for
/// Services that use it as for routes that attach to it.
final class Admittance {

  private static final int HBONE_PORT = 15008;
  private static final String FROM = "allowedRoutes.namespaces.from";

  private final Catalog catalog;

  Admittance(Catalog catalog) {
    this.catalog = catalog;
  }

  /// Whether a namespace is let in, and if not, why and what to do.
  sealed interface Verdict {
    record Admitted() implements Verdict {}

    record Refused(String why, String help) implements Verdict {}
  }

  /// Whether the waypoint lets in a namespace; several listeners admit what any of them admits.
  Verdict of(Gateway gateway, String namespace) {
    String home = gateway.metadata().namespace();
    List<Listener> listeners = listeners(gateway);
    if (listeners.isEmpty()) {
      // without a listener of its own there is nothing that could let anybody else in
      return namespace.equals(home)
          ? new Verdict.Admitted()
          : new Verdict.Refused(
              "it has no listener on port " + HBONE_PORT,
              "add a listener with port " + HBONE_PORT + " and `" + FROM + ": All`");
    }
    Optional<Verdict.Refused> refused = Optional.empty();
    for (Listener listener : listeners) {
      switch (of(listener, home, namespace)) {
        case Verdict.Admitted admitted -> {
          return admitted;
        }
        case Verdict.Refused one -> refused = refused.or(() -> Optional.of(one));
      }
    }
    return refused.orElseThrow();
  }

  /// The listeners through which a waypoint takes traffic.
  static List<Listener> listeners(Gateway gateway) {
    return gateway.listeners().stream().filter(listener -> listener.port() == HBONE_PORT).toList();
  }

  private Verdict of(Listener listener, String home, String namespace) {
    return switch (listener.from()) {
      case "All" -> new Verdict.Admitted();
      case "Same" ->
          namespace.equals(home)
              ? new Verdict.Admitted()
              : new Verdict.Refused(
                  "its listener admits its own namespace only (`from: Same`, which is the default)",
                  "set `" + FROM + ": All` on its listener of port " + HBONE_PORT);
      case "Selector" -> selected(listener, namespace);
      default ->
          new Verdict.Refused(
              "its listener admits nobody (`from: " + listener.from() + "`)",
              "set `" + FROM + ": All` on its listener of port " + HBONE_PORT);
    };
  }

  private Verdict selected(Listener listener, String namespace) {
    Optional<Map<String, String>> labels = catalog.namespaceLabels(namespace);
    if (labels.isPresent()) {
      return matches(listener, labels.get())
          ? new Verdict.Admitted()
          : new Verdict.Refused(
              "its listener's selector does not match the Namespace's labels",
              "label the Namespace as the selector of the listener asks");
    }
    return matches(listener, Catalog.certainLabels(namespace)) && asksForNamesOnly(listener)
        ? new Verdict.Admitted()
        : new Verdict.Refused(
            "its listener selects by labels, and the Namespace is not in the topology",
            "add the Namespace `" + namespace + "` with its labels to the tree");
  }

  /// Whether the selector can be judged without knowing the labels of a Namespace.
  private static boolean asksForNamesOnly(Listener listener) {
    return listener.expressions().stream()
        .allMatch(expression -> expression.key().equals(Catalog.METADATA_NAME));
  }

  /// All labels and expressions hold; a selector that asks for nothing matches every Namespace.
  private static boolean matches(Listener listener, Map<String, String> labels) {
    return labels.entrySet().containsAll(listener.namespaceLabels().entrySet())
        && listener.expressions().stream().allMatch(expression -> expression.matches(labels));
  }
}
