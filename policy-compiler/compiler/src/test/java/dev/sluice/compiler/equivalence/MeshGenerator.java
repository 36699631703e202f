package dev.sluice.compiler.equivalence;

import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.TopologyDocument.Addressing;
import dev.sluice.compiler.syntax.TopologyDocument.Gateway;
import dev.sluice.compiler.syntax.TopologyDocument.Listener;
import dev.sluice.compiler.syntax.TopologyDocument.Namespace;
import dev.sluice.compiler.syntax.TopologyDocument.Network;
import dev.sluice.compiler.syntax.TopologyDocument.Port;
import dev.sluice.compiler.syntax.TopologyDocument.Service;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// Makes small topologies in which names meet often: two namespaces, up to two waypoints, workloads
/// of every membership.
final class MeshGenerator {

  static final Span NOWHERE = Span.startOf("generated.yaml");
  private static final String USE = "istio.io/use-waypoint";
  private static final String USE_NAMESPACE = "istio.io/use-waypoint-namespace";

  private final Random random;

  MeshGenerator(Random random) {
    this.random = random;
  }

  List<Document> topology() {
    var documents = new ArrayList<Document>();
    documents.add(waypoint("shop", "wp", "All"));
    boolean second = random.nextInt(3) == 0;
    if (second) {
      documents.add(waypoint("pay", "pwp", "Same"));
    }
    if (random.nextInt(3) == 0) {
      documents.add(ingress());
    }
    boolean canary = random.nextInt(5) == 0;
    if (canary) {
      documents.add(waypoint("shop", "next", "Same"));
    }
    boolean labelled = random.nextInt(4) == 0;
    if (labelled) {
      documents.add(namespace("shop", Map.of(USE, "wp")));
    }
    documents.add(workload("shop", "a1", Map.of("app", "a", "tier", "x")));
    documents.add(workload("shop", "a2", Map.of("app", "a", "tier", "y"), member()));
    documents.add(workload("pay", "b1", Map.of("app", "b", "tier", "x")));
    if (random.nextInt(4) == 0) {
      documents.add(workload("pay", "b2", Map.of("app", "b", "tier", "y"), member()));
    }
    documents.add(
        service("shop", "a", Map.of("app", "a"), labelled ? ownOrInherited() : inShop(canary)));
    documents.add(service("pay", "b", Map.of("app", "b"), inPay(second)));
    if (random.nextInt(3) == 0) {
      Map<String, String> labels = random.nextInt(5) == 0 ? Map.of(USE, "wp") : Map.of();
      documents.add(service("shop", "ax", Map.of("app", "a", "tier", "x"), labels));
    }
    if (random.nextInt(5) == 0) {
      documents.add(headless());
    }
    return documents;
  }

  private Map<String, String> member() {
    return switch (random.nextInt(6)) {
      case 0 -> Map.of("sidecar.istio.io/inject", "true");
      case 1 -> Map.of("istio.io/dataplane-mode", "none");
      default -> Map.of();
    };
  }

  private Map<String, String> inShop(boolean canary) {
    if (random.nextInt(5) == 0) {
      return Map.of();
    }
    return canary ? Map.of(USE, "wp", World.CANARY, "next") : Map.of(USE, "wp");
  }

  private Map<String, String> ownOrInherited() {
    return switch (random.nextInt(4)) {
      case 0 -> Map.of(USE, "none");
      case 1 -> Map.of(USE, "wp");
      default -> Map.of();
    };
  }

  private Map<String, String> inPay(boolean second) {
    if (second && random.nextBoolean()) {
      return Map.of(USE, "pwp");
    }
    return random.nextInt(5) > 0 ? Map.of(USE, "wp", USE_NAMESPACE, "shop") : Map.of();
  }

  private Service service(
      String namespace, String name, Map<String, String> selector, Map<String, String> labels) {
    var ports = new ArrayList<Port>();
    boolean named = random.nextInt(3) == 0;
    ports.add(new Port("http", 80, named ? "web" : "8080", "", "TCP", NOWHERE));
    if (random.nextInt(3) == 0) {
      ports.add(new Port("admin", 81, "9090", "http", "TCP", NOWHERE));
    }
    return new Service(
        metadata("v1", "Service", namespace, name, labels), selector, ports, Addressing.VIP);
  }

  private static Service headless() {
    return new Service(
        metadata("v1", "Service", "shop", "pods", Map.of(USE, "wp")),
        Map.of("app", "a"),
        List.of(new Port("http", 8080, "8080", "", "TCP", NOWHERE)),
        Addressing.HEADLESS);
  }

  private static Workload workload(String namespace, String name, Map<String, String> labels) {
    return workload(namespace, name, labels, Map.of());
  }

  private static Workload workload(
      String namespace, String name, Map<String, String> labels, Map<String, String> more) {
    var all = new HashMap<>(labels);
    all.putAll(more);
    return new Workload(
        metadata("apps/v1", "Deployment", namespace, name, Map.of()),
        all,
        Map.of(),
        name,
        Map.of("web", 8080),
        Network.POD,
        Set.of("app"));
  }

  private static Namespace namespace(String name, Map<String, String> labels) {
    var all = new HashMap<>(labels);
    all.put("istio.io/dataplane-mode", "ambient");
    return new Namespace(metadata("v1", "Namespace", "", name, all));
  }

  private static Gateway waypoint(String namespace, String name, String from) {
    return gateway(
        namespace,
        name,
        "istio-waypoint",
        new Listener("mesh", 15008, "HBONE", from, Map.of(), List.of(), NOWHERE));
  }

  private static Gateway ingress() {
    return gateway(
        "shop",
        "ingress",
        "istio",
        new Listener("web", 80, "HTTP", "Same", Map.of(), List.of(), NOWHERE));
  }

  private static Gateway gateway(
      String namespace, String name, String className, Listener listener) {
    return new Gateway(
        metadata("gateway.networking.k8s.io/v1", "Gateway", namespace, name, Map.of()),
        located(className),
        List.of(listener));
  }

  private static Metadata metadata(
      String version, String kind, String namespace, String name, Map<String, String> labels) {
    var located = new HashMap<String, Located<String>>();
    labels.forEach((key, value) -> located.put(key, located(value)));
    return new Metadata(version, kind, namespace, name, located, Map.of(), NOWHERE, NOWHERE);
  }

  static Located<String> located(String text) {
    return new Located<>(text, NOWHERE);
  }
}
