package dev.sluice.compiler.equivalence;

import static dev.sluice.compiler.equivalence.MeshGenerator.NOWHERE;
import static dev.sluice.compiler.equivalence.MeshGenerator.located;

import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Action;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.HttpRouteSyntax;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.PeerAuthenticationSyntax;
import dev.sluice.compiler.syntax.PolicyDocument;
import dev.sluice.compiler.syntax.RequestAuthenticationSyntax;
import dev.sluice.compiler.syntax.Selection;
import dev.sluice.compiler.syntax.Selection.TargetKind;
import dev.sluice.engine.identity.TrustDomain;
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
import java.util.TreeMap;

/// Makes worlds: a topology and a few policies of all kinds and attachments about it.
final class Generator {

  static final String EXEMPT = "sluice.dev/guard-exempt";
  private static final String JWKS =
      """
      {"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"example",\
      "x":"GuQILcA-9o_alS2L9YkD1JfEGmteZ4MMeIHV6SjvM_E",\
      "y":"wRSewU6opT5zGrkhuRnDJrJvz2BIPEsVdJX2eeyBIH8"}]}\
      """;
  private static final List<String> NAMESPACES = List.of("shop", "pay");

  private final Random random;
  private final RuleGenerator rules;

  Generator(Random random) {
    this.random = random;
    this.rules = new RuleGenerator(random);
  }

  /// The world of a seed; the compiler may refuse some of its policies.
  static World of(long seed) {
    return new Generator(new Random(seed)).world();
  }

  private World world() {
    List<Document> documents = new ArrayList<>(new MeshGenerator(random).topology());
    if (random.nextInt(2) == 0) {
      documents.add(route());
    }
    int policies = 1 + random.nextInt(5);
    for (int i = 0; i < policies; i++) {
      documents.add(policy(i));
    }
    return new World(documents, settings());
  }

  private MeshSettings settings() {
    MeshSettings defaults = MeshSettings.defaults();
    return random.nextInt(4) > 0
        ? defaults
        : new MeshSettings(
            defaults.trustDomain(),
            List.of(new TrustDomain("old.td")),
            defaults.rootNamespace(),
            defaults.clusterDomain(),
            defaults.pathNormalization(),
            defaults.onMissingWaypoint(),
            defaults.extensionProviders(),
            defaults.bundle(),
            defaults.suppressions());
  }

  private PolicyDocument policy(int index) {
    return switch (random.nextInt(9)) {
      case 0, 1 -> peerAuthentication(index);
      case 2 -> requestAuthentication(index);
      default -> authorizationPolicy(index);
    };
  }

  private AuthorizationPolicySyntax authorizationPolicy(int index) {
    String namespace = random.nextInt(5) == 0 ? World.ROOT : pick(NAMESPACES);
    Action action = random.nextBoolean() ? Action.ALLOW : Action.DENY;
    int count = action == Action.DENY ? 1 + random.nextInt(2) : random.nextInt(3);
    boolean onlyTcp = random.nextInt(3) == 0;
    var made = new ArrayList<AuthorizationPolicySyntax.Rule>();
    for (int i = 0; i < count; i++) {
      made.add(onlyTcp ? rules.tcpRule(i) : rules.rule(i));
    }
    return new AuthorizationPolicySyntax(
        metadata("AuthorizationPolicy", namespace, "ap" + index, annotations()),
        selection(namespace),
        new Located<>(action, NOWHERE),
        made);
  }

  private Map<String, String> annotations() {
    var annotations = new HashMap<>(exempt());
    if (random.nextInt(8) == 0) {
      annotations.put(AuthorizationPolicySyntax.DRY_RUN, "true");
    }
    return annotations;
  }

  private Map<String, String> exempt() {
    return random.nextInt(4) == 0
        ? Map.of(EXEMPT, "cluster.local/ns/istio-system/sa/prometheus")
        : Map.of();
  }

  private PeerAuthenticationSyntax peerAuthentication(int index) {
    String namespace = random.nextInt(3) == 0 ? World.ROOT : pick(NAMESPACES);
    boolean root = namespace.equals(World.ROOT);
    Selection selection = root || random.nextBoolean() ? new Selection.Everything() : selector();
    var ports = new TreeMap<Integer, Located<Mode>>();
    if (selection instanceof Selection.Selector && random.nextInt(3) > 0) {
      ports.put(random.nextBoolean() ? 8080 : 9090, new Located<>(mode(), NOWHERE));
    }
    return new PeerAuthenticationSyntax(
        metadata("PeerAuthentication", namespace, "pa" + index, Map.of()),
        selection,
        new Located<>(mode(), NOWHERE),
        ports);
  }

  private RequestAuthenticationSyntax requestAuthentication(int index) {
    String namespace = random.nextInt(6) == 0 ? World.ROOT : pick(NAMESPACES);
    return new RequestAuthenticationSyntax(
        metadata("RequestAuthentication", namespace, "ra" + index, exempt()),
        selection(namespace),
        List.of(
            new Located<>(
                new JwtRule("https://idp", List.of("api"), JWKS, List.of(), Forwarding.none()),
                NOWHERE)));
  }

  /// A producer's, a consumer's, a waypoint's or an ingress gateway's route.
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
    boolean consumer = random.nextInt(4) == 0;
    return new HttpRouteSyntax(
        metadata("HTTPRoute", consumer ? "pay" : "shop", "route", Map.of()),
        List.of(consumer ? parent("Service", "a") : parent()),
        List.of(),
        List.of(
            new HttpRouteSyntax.RouteRule(
                List.of(match), List.of(), List.of(backend), Optional.empty(), NOWHERE)));
  }

  private HttpRouteSyntax.ParentRef parent() {
    return switch (random.nextInt(6)) {
      case 0 -> parent("Gateway", "wp");
      case 1 -> parent("Gateway", "ingress");
      default -> parent("Service", "a");
    };
  }

  private static HttpRouteSyntax.ParentRef parent(String kind, String name) {
    String group = kind.equals("Service") ? "" : "gateway.networking.k8s.io";
    return new HttpRouteSyntax.ParentRef(group, kind, "shop", name, OptionalInt.empty(), NOWHERE);
  }

  private Mode mode() {
    return pick(List.of(Mode.values()));
  }

  private Selection selection(String namespace) {
    return switch (random.nextInt(4)) {
      case 0 -> new Selection.Everything();
      case 1 -> selector();
      default -> targets(namespace);
    };
  }

  private Selection targets(String namespace) {
    var refs = new ArrayList<Selection.TargetRef>();
    refs.add(target(namespace));
    if (namespace.equals("shop") && random.nextInt(4) == 0) {
      refs.add(ref(TargetKind.GATEWAY, "next"));
    } else if (random.nextInt(5) == 0) {
      Selection.TargetRef second = target(namespace);
      if (!refs.contains(second)) {
        refs.add(second);
      }
    }
    return new Selection.Targets(refs, NOWHERE);
  }

  private Selection.TargetRef target(String namespace) {
    return switch (namespace) {
      case World.ROOT -> ref(TargetKind.GATEWAY_CLASS, "istio-waypoint");
      case "shop" ->
          random.nextInt(3) == 0 ? ref(TargetKind.GATEWAY, "wp") : ref(TargetKind.SERVICE, "a");
      default ->
          random.nextInt(4) == 0 ? ref(TargetKind.GATEWAY, "pwp") : ref(TargetKind.SERVICE, "b");
    };
  }

  private static Selection.TargetRef ref(TargetKind kind, String name) {
    return new Selection.TargetRef(kind, located(name), NOWHERE);
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

  private static Metadata metadata(
      String kind, String namespace, String name, Map<String, String> annotations) {
    var located = new HashMap<String, Located<String>>();
    annotations.forEach((key, value) -> located.put(key, located(value)));
    String version =
        kind.equals("HTTPRoute") ? "gateway.networking.k8s.io/v1" : "security.istio.io/v1";
    return new Metadata(version, kind, namespace, name, Map.of(), located, NOWHERE, NOWHERE);
  }

  private <T> T pick(List<T> options) {
    return options.get(random.nextInt(options.size()));
  }
}
