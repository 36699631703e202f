package dev.sluice.compiler.equivalence;

import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Values;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.When;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.HttpRouteSyntax;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.PeerAuthenticationSyntax;
import dev.sluice.compiler.syntax.RequestAuthenticationSyntax;
import dev.sluice.compiler.syntax.Selection;
import dev.sluice.compiler.syntax.Selection.TargetKind;
import dev.sluice.compiler.syntax.TopologyDocument.Addressing;
import dev.sluice.compiler.syntax.TopologyDocument.Gateway;
import dev.sluice.compiler.syntax.TopologyDocument.Namespace;
import dev.sluice.compiler.syntax.TopologyDocument.Port;
import dev.sluice.compiler.syntax.TopologyDocument.Service;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/// The generated objects as the maps that their YAML has.
final class Manifests {

  private Manifests() {}

  static Map<String, Object> of(Document document) {
    Metadata metadata = document.metadata();
    var object = new LinkedHashMap<String, Object>();
    object.put("apiVersion", metadata.apiVersion());
    object.put("kind", metadata.kind());
    object.put("metadata", metadata(metadata));
    if (!(document instanceof Namespace)) {
      object.put("spec", spec(document));
    }
    return object;
  }

  private static Map<String, Object> metadata(Metadata metadata) {
    var map = new LinkedHashMap<String, Object>();
    map.put("name", metadata.name());
    if (!metadata.namespace().isEmpty()) {
      map.put("namespace", metadata.namespace());
    }
    if (!metadata.labels().isEmpty()) {
      map.put("labels", texts(metadata.labels()));
    }
    if (!metadata.annotations().isEmpty()) {
      map.put("annotations", texts(metadata.annotations()));
    }
    return map;
  }

  private static Map<String, Object> spec(Document document) {
    return switch (document) {
      case AuthorizationPolicySyntax policy -> authorization(policy);
      case PeerAuthenticationSyntax policy -> peer(policy);
      case RequestAuthenticationSyntax policy -> request(policy);
      case HttpRouteSyntax route -> route(route);
      case Service service -> service(service);
      case Workload workload -> workload(workload);
      case Gateway gateway -> gateway(gateway);
      default -> throw new AssertionError("not generated: " + document);
    };
  }

  private static Map<String, Object> authorization(AuthorizationPolicySyntax policy) {
    Map<String, Object> spec = selection(policy.selection());
    spec.put("action", policy.action().value().name());
    if (!policy.rules().isEmpty()) {
      spec.put("rules", policy.rules().stream().map(Manifests::rule).toList());
    }
    return spec;
  }

  private static Map<String, Object> rule(Rule rule) {
    var map = new LinkedHashMap<String, Object>();
    if (!rule.from().isEmpty()) {
      map.put(
          "from",
          rule.from().stream()
              .map(from ->
                  Map.of("source", fields(from.entries(), v -> v.attribute().field(v.polarity()))))
              .toList());
    }
    if (!rule.to().isEmpty()) {
      map.put(
          "to",
          rule.to().stream()
              .map(to ->
                  Map.of("operation", fields(to.entries(), v -> v.attribute().field(v.polarity()))))
              .toList());
    }
    if (!rule.when().isEmpty()) {
      map.put("when", rule.when().stream().map(Manifests::when).toList());
    }
    return map;
  }

  private static <A> Map<String, Object> fields(
      List<Values<A>> entries, Function<Values<A>, String> name) {
    var map = new LinkedHashMap<String, Object>();
    entries.forEach(entry -> map.put(name.apply(entry), texts(entry.values())));
    return map;
  }

  private static Map<String, Object> when(When when) {
    var map = new LinkedHashMap<String, Object>();
    map.put("key", when.key().value());
    if (!when.values().isEmpty()) {
      map.put("values", texts(when.values()));
    }
    if (!when.notValues().isEmpty()) {
      map.put("notValues", texts(when.notValues()));
    }
    return map;
  }

  private static Map<String, Object> peer(PeerAuthenticationSyntax policy) {
    Map<String, Object> spec = selection(policy.selection());
    spec.put("mtls", Map.of("mode", policy.mode().value().name()));
    if (!policy.portLevelMtls().isEmpty()) {
      var ports = new TreeMap<String, Object>();
      policy
          .portLevelMtls()
          .forEach((port, mode) -> ports.put("" + port, Map.of("mode", mode.value().name())));
      spec.put("portLevelMtls", ports);
    }
    return spec;
  }

  private static Map<String, Object> request(RequestAuthenticationSyntax policy) {
    Map<String, Object> spec = selection(policy.selection());
    var rules = new ArrayList<Map<String, Object>>();
    for (var rule : policy.rules()) {
      var map = new LinkedHashMap<String, Object>();
      map.put("issuer", rule.value().issuer());
      map.put("audiences", rule.value().audiences());
      map.put("jwks", rule.value().jwks());
      rules.add(map);
    }
    spec.put("jwtRules", rules);
    return spec;
  }

  private static Map<String, Object> route(HttpRouteSyntax route) {
    var parents = new ArrayList<Map<String, Object>>();
    route
        .parentRefs()
        .forEach(ref ->
            parents.add(
                Map.of(
                    "group", ref.group(),
                    "kind", ref.kind(),
                    "namespace", ref.namespace(),
                    "name", ref.name())));
    var rules = new ArrayList<Map<String, Object>>();
    for (var rule : route.rules()) {
      var backends = new ArrayList<Map<String, Object>>();
      rule.backends()
          .forEach(ref ->
              backends.add(
                  Map.of(
                      "namespace", ref.namespace(),
                      "name", ref.name(),
                      "port", ref.port().orElseThrow())));
      rules.add(Map.of("backendRefs", backends));
    }
    var spec = new LinkedHashMap<String, Object>();
    spec.put("parentRefs", parents);
    spec.put("rules", rules);
    return spec;
  }

  private static Map<String, Object> selection(Selection selection) {
    var spec = new LinkedHashMap<String, Object>();
    switch (selection) {
      case Selection.Everything() -> {}
      case Selection.Selector(var labels, var _) ->
          spec.put("selector", Map.of("matchLabels", texts(labels)));
      case Selection.Targets(var refs, var _) ->
          spec.put(
              "targetRefs",
              refs.stream()
                  .map(ref ->
                      Map.of(
                          "group", group(ref.kind()),
                          "kind", ref.kind().word(),
                          "name", ref.name().value()))
                  .toList());
    }
    return spec;
  }

  private static String group(TargetKind kind) {
    return switch (kind) {
      case SERVICE -> "";
      case SERVICE_ENTRY -> "networking.istio.io";
      case GATEWAY, GATEWAY_CLASS -> "gateway.networking.k8s.io";
    };
  }

  private static Map<String, Object> service(Service service) {
    var spec = new LinkedHashMap<String, Object>();
    if (service.addressing() == Addressing.HEADLESS) {
      spec.put("clusterIP", "None");
    }
    spec.put("selector", new TreeMap<>(service.selector()));
    spec.put("ports", service.ports().stream().map(Manifests::port).toList());
    return spec;
  }

  private static Map<String, Object> port(Port port) {
    var map = new LinkedHashMap<String, Object>();
    map.put("name", port.name());
    map.put("port", port.port());
    map.put(
        "targetPort",
        port.numericTargetPort().isPresent()
            ? (Object) port.numericTargetPort().getAsInt()
            : port.targetPort());
    if (!port.appProtocol().isEmpty()) {
      map.put("appProtocol", port.appProtocol());
    }
    return map;
  }

  private static Map<String, Object> workload(Workload workload) {
    var ports = new ArrayList<Map<String, Object>>();
    workload
        .namedPorts()
        .forEach((name, port) -> ports.add(Map.of("name", name, "containerPort", port)));
    Map<String, Object> container = new LinkedHashMap<>();
    container.put("name", "app");
    container.put("image", "app");
    container.put("ports", ports);
    Map<String, Object> pod = new LinkedHashMap<>();
    pod.put("serviceAccountName", workload.serviceAccount());
    pod.put("containers", List.of(container));
    Map<String, Object> template = new LinkedHashMap<>();
    template.put("metadata", Map.of("labels", new TreeMap<>(workload.podLabels())));
    template.put("spec", pod);
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("selector", Map.of("matchLabels", new TreeMap<>(workload.podLabels())));
    spec.put("template", template);
    return spec;
  }

  private static Map<String, Object> gateway(Gateway gateway) {
    var listeners = new ArrayList<Map<String, Object>>();
    gateway
        .listeners()
        .forEach(listener -> {
          var map = new LinkedHashMap<String, Object>();
          map.put("name", listener.name());
          map.put("port", listener.port());
          map.put("protocol", listener.protocol());
          map.put("allowedRoutes", Map.of("namespaces", Map.of("from", listener.from())));
          listeners.add(map);
        });
    var spec = new LinkedHashMap<String, Object>();
    spec.put("gatewayClassName", gateway.className().value());
    spec.put("listeners", listeners);
    return spec;
  }

  private static List<String> texts(List<Located<String>> values) {
    return values.stream().map(Located::value).toList();
  }

  private static SortedMap<String, String> texts(Map<String, Located<String>> values) {
    var texts = new TreeMap<String, String>();
    values.forEach((key, value) -> texts.put(key, value.value()));
    return texts;
  }
}
