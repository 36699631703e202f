package dev.sluice.compiler.equivalence;

import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Action;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.HttpRouteSyntax;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.PeerAuthenticationSyntax;
import dev.sluice.compiler.syntax.RequestAuthenticationSyntax;
import dev.sluice.compiler.syntax.Selection;
import dev.sluice.compiler.syntax.TopologyDocument.Addressing;
import dev.sluice.compiler.syntax.TopologyDocument.Gateway;
import dev.sluice.compiler.syntax.TopologyDocument.Listener;
import dev.sluice.compiler.syntax.TopologyDocument.Network;
import dev.sluice.compiler.syntax.TopologyDocument.Port;
import dev.sluice.compiler.syntax.TopologyDocument.Service;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import dev.sluice.engine.policy.RequestAuthentication.Forwarding;
import dev.sluice.engine.policy.RequestAuthentication.JwtRule;
import dev.sluice.engine.route.HttpRoute;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/// Makes small worlds in which names meet often.
final class Generator {

  static final Span NOWHERE = Span.startOf("generated.yaml");
  private static final List<String> NAMESPACES = List.of("shop", "pay");

  private final Random random;
  private final RuleGenerator rules;

  Generator(Random random) {
    this.random = random;
    this.rules = new RuleGenerator(random);
  }

  World world() {
    var documents = new ArrayList<Document>();
    documents.add(gateway());
    documents.add(workload("shop", "a1", Map.of("app", "a", "tier", "x")));
    documents.add(workload("shop", "a2", Map.of("app", "a", "tier", "y")));
    documents.add(workload("pay", "b1", Map.of("app", "b", "tier", "x")));
    documents.add(service("shop", "a", Map.of("app", "a"), Odds.MOSTLY));
    documents.add(service("pay", "b", Map.of("app", "b"), Odds.MOSTLY));
    if (random.nextInt(3) == 0) {
      documents.add(service("shop", "ax", Map.of("app", "a", "tier", "x"), Odds.SELDOM));
    }
    if (random.nextInt(3) == 0) {
      documents.add(route());
    }
    int policies = 1 + random.nextInt(4);
    for (int i = 0; i < policies; i++) {
      documents.add(policy(i));
    }
    return new World(documents);
  }

  private Document policy(int index) {
    return switch (random.nextInt(8)) {
      case 0 -> peerAuthentication(index);
      case 1 -> requestAuthentication(index);
      default -> authorizationPolicy(index);
    };
  }

  private AuthorizationPolicySyntax authorizationPolicy(int index) {
    String namespace = random.nextInt(5) == 0 ? "istio-system" : pick(NAMESPACES);
    Action action = random.nextBoolean() ? Action.ALLOW : Action.DENY;
    int count = action == Action.DENY ? 1 + random.nextInt(2) : random.nextInt(3);
    var made = new ArrayList<AuthorizationPolicySyntax.Rule>();
    for (int i = 0; i < count; i++) {
      made.add(rules.rule(i));
    }
    return new AuthorizationPolicySyntax(
        metadata("AuthorizationPolicy", namespace, "ap" + index, exempt()),
        selection(namespace),
        new Located<>(action, NOWHERE),
        made);
  }

  private Map<String, Located<String>> exempt() {
    return random.nextInt(4) == 0
        ? Map.of("sluice.dev/guard-exempt", located("cluster.local/ns/istio-system/sa/prometheus"))
        : Map.of();
  }

  private PeerAuthenticationSyntax peerAuthentication(int index) {
    String namespace = random.nextInt(3) == 0 ? "istio-system" : pick(NAMESPACES);
    boolean root = namespace.equals("istio-system");
    Selection selection = root || random.nextBoolean() ? new Selection.Everything() : selector();
    var ports = new TreeMap<Integer, Located<Mode>>();
    if (selection instanceof Selection.Selector && random.nextBoolean()) {
      ports.put(random.nextBoolean() ? 8080 : 9090, new Located<>(mode(), NOWHERE));
    }
    return new PeerAuthenticationSyntax(
        metadata("PeerAuthentication", namespace, "pa" + index, Map.of()),
        selection,
        new Located<>(mode(), NOWHERE),
        ports);
  }

  private RequestAuthenticationSyntax requestAuthentication(int index) {
    String namespace = pick(NAMESPACES);
    return new RequestAuthenticationSyntax(
        metadata("RequestAuthentication", namespace, "ra" + index, exempt()),
        selection(namespace),
        List.of(
            new Located<>(
                new JwtRule("https://idp", List.of(), "{}", List.of(), Forwarding.none()),
                NOWHERE)));
  }

  private HttpRouteSyntax route() {
    boolean toOther = random.nextBoolean();
    var backend =
        new HttpRouteSyntax.BackendRef(
            "",
            "Service",
            toOther ? "pay" : "shop",
            toOther ? "b" : "a",
            OptionalInt.of(80),
            1,
            List.of(),
            NOWHERE);
    var match =
        new HttpRoute.Match(new HttpRoute.PathMatch.Prefix("/"), null, List.of(), List.of());
    return new HttpRouteSyntax(
        metadata("HTTPRoute", "shop", "route", Map.of()),
        List.of(
            new HttpRouteSyntax.ParentRef(
                "", "Service", "shop", "a", OptionalInt.empty(), NOWHERE)),
        List.of(),
        List.of(
            new HttpRouteSyntax.RouteRule(
                List.of(match), List.of(), List.of(backend), Optional.empty(), NOWHERE)));
  }

  private Mode mode() {
    return pick(List.of(Mode.values()));
  }

  private Selection selection(String namespace) {
    return switch (random.nextInt(4)) {
      case 0 -> new Selection.Everything();
      case 1 -> selector();
      default -> namespace.equals("istio-system") ? classTarget() : target(namespace);
    };
  }

  private static Selection classTarget() {
    return targets(Selection.TargetKind.GATEWAY_CLASS, "istio-waypoint");
  }

  private Selection target(String namespace) {
    if (namespace.equals("shop") && random.nextInt(3) == 0) {
      return targets(Selection.TargetKind.GATEWAY, World.WAYPOINT);
    }
    return targets(Selection.TargetKind.SERVICE, namespace.equals("shop") ? "a" : "b");
  }

  private static Selection targets(Selection.TargetKind kind, String name) {
    return new Selection.Targets(
        List.of(new Selection.TargetRef(kind, located(name), NOWHERE)), NOWHERE);
  }

  private Selection selector() {
    var labels = new HashMap<String, Located<String>>();
    if (random.nextBoolean()) {
      labels.put("app", located(pick(List.of("a", "b"))));
    }
    if (labels.isEmpty() || random.nextBoolean()) {
      labels.put("tier", located(pick(List.of("x", "y"))));
    }
    return new Selection.Selector(labels, NOWHERE);
  }

  private enum Odds {
    MOSTLY,
    SELDOM
  }

  private Service service(String namespace, String name, Map<String, String> selector, Odds bound) {
    boolean behind = (random.nextInt(5) > 0) == (bound == Odds.MOSTLY);
    Map<String, Located<String>> labels =
        behind
            ? Map.of(
                "istio.io/use-waypoint", located(World.WAYPOINT),
                "istio.io/use-waypoint-namespace", located(World.WAYPOINT_NAMESPACE))
            : Map.of();
    return new Service(
        new Metadata("v1", "Service", namespace, name, labels, Map.of(), NOWHERE, NOWHERE),
        selector,
        List.of(new Port("http", 80, "8080", "http", "TCP", NOWHERE)),
        Addressing.VIP);
  }

  private static Workload workload(String namespace, String name, Map<String, String> labels) {
    return new Workload(
        new Metadata(
            "apps/v1", "Deployment", namespace, name, Map.of(), Map.of(), NOWHERE, NOWHERE),
        labels,
        Map.of(),
        name,
        Map.of(),
        Network.POD,
        Set.of());
  }

  private static Gateway gateway() {
    return new Gateway(
        new Metadata(
            "gateway.networking.k8s.io/v1",
            "Gateway",
            World.WAYPOINT_NAMESPACE,
            World.WAYPOINT,
            Map.of(),
            Map.of(),
            NOWHERE,
            NOWHERE),
        located("istio-waypoint"),
        List.of(new Listener("mesh", 15008, "HBONE", "All", Map.of(), List.of(), NOWHERE)));
  }

  private static Metadata metadata(
      String kind, String namespace, String name, Map<String, Located<String>> annotations) {
    return new Metadata("v1", kind, namespace, name, Map.of(), annotations, NOWHERE, NOWHERE);
  }

  static Located<String> located(String text) {
    return new Located<>(text, NOWHERE);
  }

  private <T> T pick(List<T> options) {
    return options.get(random.nextInt(options.size()));
  }
}
