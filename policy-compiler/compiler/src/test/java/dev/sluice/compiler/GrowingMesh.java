package dev.sluice.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.settings.MeshSettings.OnMissingWaypoint;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// A small mesh with an object per file, one of which is put, changed or removed by every edit.
final class GrowingMesh {
  private static final MeshSettings STRICT = MeshSettings.defaults();
  private static final MeshSettings LOWERING =
      new MeshSettings(
          STRICT.trustDomain(),
          STRICT.trustDomainAliases(),
          STRICT.rootNamespace(),
          STRICT.clusterDomain(),
          STRICT.pathNormalization(),
          OnMissingWaypoint.DENY,
          List.of(),
          STRICT.bundle(),
          List.of());
  private static final List<String> NAMESPACES = List.of("shop", "pay", "idle", "istio-system");
  private static final List<String> POLICY_FILES = List.of("-4-", "-5-", "-6-", "-7-", "account");
  private static final List<String> APPS = List.of("web", "api", "db");

  /// Whether the mesh is kept in an order in which most edits leave no error.
  enum Care {
    TIDY,
    CARELESS
  }

  private final Random random;
  private final Care care;
  private final Map<String, String> files = new TreeMap<>();
  private MeshSettings settings = STRICT;

  GrowingMesh(long seed) {
    random = new Random(seed);
    care = random.nextInt(3) == 0 ? Care.CARELESS : Care.TIDY;
    for (String namespace : NAMESPACES) {
      putNamespace(namespace);
      if (!mishap(4)) {
        putGateway(namespace);
      }
      for (String app : APPS) {
        putWorkload(namespace, app);
        putService(namespace, app);
      }
    }
    for (int i = 0; i < 12; i++) {
      putPolicy();
    }
  }

  MeshSettings settings() {
    return settings;
  }

  SourceTree tree() {
    var sources = new ArrayList<SourceFile>();
    files.forEach((path, text) -> sources.add(new SourceFile(path, text.getBytes(UTF_8))));
    return new SourceTree(sources);
  }

  /// Changes something; tells what.
  String edit() {
    return switch (random.nextInt(16)) {
      case 0 -> putNamespace(one(NAMESPACES));
      case 1 -> putGateway(one(NAMESPACES));
      case 2 -> putWorkload(one(NAMESPACES), one(APPS));
      case 3 -> putService(one(NAMESPACES), one(APPS));
      case 4 -> putPeers();
      case 5 -> putTokens();
      case 6, 7 -> putRoute();
      case 8 -> remove();
      case 9 -> {
        settings = settings.equals(STRICT) && random.nextBoolean() ? LOWERING : STRICT;
        yield "settings " + settings.onMissingWaypoint();
      }
      case 10 -> put("account-" + one(APPS), account());
      default -> putPolicy();
    };
  }

  /// What happens once in so many times, where nobody takes care.
  private boolean mishap(int times) {
    return care == Care.CARELESS && random.nextInt(times) == 0;
  }

  private String one(List<String> some) {
    return some.get(random.nextInt(some.size()));
  }

  private String put(String name, String text) {
    files.put(name + ".yaml", text);
    return name + "\n" + text;
  }

  private String remove() {
    List<String> names =
        files.keySet().stream()
            .filter(name -> care == Care.CARELESS || POLICY_FILES.stream().anyMatch(name::contains))
            .toList();
    if (names.isEmpty()) {
      return "nothing";
    }
    String name = one(names);
    files.remove(name);
    return "remove " + name;
  }

  private String putNamespace(String name) {
    String mode = mishap(8) ? "none" : "ambient";
    String waypoint =
        switch (random.nextInt(6)) {
          case 0 -> mishap(2) ? "" : ", istio.io/use-waypoint: waypoint";
          case 1 ->
              ", istio.io/use-waypoint: waypoint, istio.io/use-waypoint-namespace: "
                  + one(NAMESPACES);
          default -> ", istio.io/use-waypoint: waypoint";
        };
    return put(
        name + "-0-namespace",
        """
        apiVersion: v1
        kind: Namespace
        metadata:
          name: %s
          labels: {istio.io/dataplane-mode: %s%s}
        """
            .formatted(name, mode, waypoint));
  }

  private String putGateway(String namespace) {
    return put(
        namespace + "-1-gateway",
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: Gateway
        metadata: {name: waypoint, namespace: %s}
        spec:
          gatewayClassName: %s
          listeners:
          - name: mesh
            port: 15008
            protocol: HBONE
            allowedRoutes: {namespaces: {from: %s}}
        """
            .formatted(
                namespace, mishap(8) ? "istio" : "istio-waypoint", mishap(4) ? "Same" : "All"));
  }

  private String putWorkload(String namespace, String app) {
    String version = one(List.of("v1", "v2"));
    String scrape = random.nextInt(4) == 0 ? "true" : "false";
    return put(
        namespace + "-2-workload-" + app,
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: %2$s, namespace: %1$s}
        spec:
          selector: {matchLabels: {app: %2$s}}
          template:
            metadata:
              labels: {app: %2$s, version: %3$s}
              annotations: {prometheus.io/scrape: "%4$s", prometheus.io/port: "9090"}
            spec:
              serviceAccountName: %5$s
              containers:
              - name: app
                image: registry.example/app:1
                ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9090}]
                livenessProbe: {httpGet: {path: /healthz, port: 8080}}
        """
            .formatted(
                namespace,
                random.nextInt(10) == 0 ? "prometheus" : app,
                version,
                scrape,
                one(APPS)));
  }

  private String putService(String namespace, String app) {
    String label =
        mishap(8)
            ? ", labels: {istio.io/use-waypoint: none}"
            : mishap(8) ? ", labels: {istio.io/use-waypoint: missing}" : "";
    return put(
        namespace + "-3-service-" + app,
        """
        apiVersion: v1
        kind: Service
        metadata: {name: %2$s, namespace: %1$s%3$s}
        spec:
          type: %5$s
          selector: {app: %2$s}
          ports:
          - {name: %4$s, port: 80, targetPort: 8080}
        """
            .formatted(
                namespace,
                app,
                label,
                mishap(8) ? "tcp" : "http",
                random.nextInt(6) == 0 ? "NodePort" : "ClusterIP"));
  }

  private String account() {
    return "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: %s, namespace: %s}\n"
        .formatted(one(APPS), one(NAMESPACES));
  }

  private String target(String namespace) {
    return switch (random.nextInt(namespace.equals("istio-system") ? 6 : 5)) {
      case 0 -> "";
      case 1, 2 -> "  selector: {matchLabels: {app: " + one(APPS) + "}}\n";
      case 3 -> "  targetRefs: [{kind: Service, group: \"\", name: " + one(APPS) + "}]\n";
      case 4 ->
          "  targetRefs: [{kind: Gateway, group: gateway.networking.k8s.io, name: waypoint}]\n";
      default ->
          "  targetRefs: [{kind: GatewayClass, group: gateway.networking.k8s.io,"
              + " name: istio-waypoint}]\n";
    };
  }

  private String selector() {
    return random.nextBoolean()
        ? ""
        : "  selector: {matchLabels: {%s}}\n"
            .formatted(
                random.nextBoolean()
                    ? "app: " + one(APPS)
                    : "version: " + one(List.of("v1", "v2")));
  }

  private String putPolicy() {
    String namespace = one(NAMESPACES);
    int number = random.nextInt(5);
    var text = new StringBuilder();
    text.append(
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata:
          name: policy-%d
          namespace: %s
          annotations: {%s}
        spec:
        """
            .formatted(
                number, namespace, random.nextInt(8) == 0 ? "istio.io/dry-run: \"true\"" : ""));
    text.append(target(namespace));
    boolean isDeny = random.nextInt(3) == 0;
    text.append("  action: ").append(isDeny ? "DENY" : "ALLOW").append("\n");
    int rules = !isDeny && random.nextInt(6) == 0 ? 0 : 1 + random.nextInt(2);
    text.append(rules == 0 ? "" : "  rules:\n");
    for (int i = 0; i < rules; i++) {
      text.append(rule());
    }
    return put(namespace + "-4-policy-" + number, text.toString());
  }

  private String rule() {
    String source =
        switch (random.nextInt(6)) {
          case 0 -> "namespaces: [" + one(NAMESPACES) + "]";
          case 1 -> "notNamespaces: [" + one(NAMESPACES) + "]";
          case 2 -> "principals: [\"cluster.local/ns/" + one(NAMESPACES) + "/*\"]";
          case 3 -> "principals: [\"cluster.local/ns/gone/sa/x\"]";
          default ->
              "principals: [\"cluster.local/ns/" + one(NAMESPACES) + "/sa/" + one(APPS) + "\"]";
        };
    String operation =
        switch (random.nextInt(7)) {
          case 0 -> "paths: [/admin]";
          case 1 -> "paths: [/healthz]";
          case 2 -> "hosts: [shop.example]";
          case 3 -> "methods: [GET], paths: [\"/api/*\"]";
          case 4 -> "ports: [\"80\"]";
          default -> "ports: [\"8080\"]";
        };
    return switch (random.nextInt(4)) {
      case 0 -> "  - from: [{source: {" + source + "}}]\n";
      case 1 -> "  - to: [{operation: {" + operation + "}}]\n";
      default ->
          "  - from: [{source: {" + source + "}}]\n    to: [{operation: {" + operation + "}}]\n";
    };
  }

  private String putPeers() {
    String namespace = one(NAMESPACES);
    int number = random.nextInt(3);
    return put(
        namespace + "-5-peers-" + number,
        """
        apiVersion: security.istio.io/v1
        kind: PeerAuthentication
        metadata: {name: peers-%d, namespace: %s}
        spec:
        %s  mtls: {mode: %s}
        """
            .formatted(
                number,
                namespace,
                selector(),
                one(List.of("STRICT", "PERMISSIVE", "UNSET", "DISABLE"))));
  }

  private String putTokens() {
    String namespace = one(NAMESPACES);
    return put(
        namespace + "-6-tokens",
        """
        apiVersion: security.istio.io/v1
        kind: RequestAuthentication
        metadata: {name: tokens, namespace: %s}
        spec:
        %s  jwtRules:
          - issuer: https://idp.example
            audiences: [shop]
            jwks: '{"keys":[{"kty":"EC","crv":"P-256","use":"sig","alg":"ES256","kid":"example",
              "x":"GuQILcA-9o_alS2L9YkD1JfEGmteZ4MMeIHV6SjvM_E",
              "y":"wRSewU6opT5zGrkhuRnDJrJvz2BIPEsVdJX2eeyBIH8"}]}'
            outputClaimToHeaders: [{header: x-%s, claim: sub}]
        """
            .formatted(namespace, target(namespace), one(APPS)));
  }

  private String putRoute() {
    String namespace = one(NAMESPACES);
    String parent =
        switch (random.nextInt(3)) {
          case 0 ->
              "{kind: Gateway, group: gateway.networking.k8s.io, name: waypoint, namespace: "
                  + one(NAMESPACES)
                  + "}";
          default ->
              "{kind: Service, group: \"\", name: %s, port: 80, namespace: %s}"
                  .formatted(one(APPS), random.nextInt(3) == 0 ? one(NAMESPACES) : namespace);
        };
    int number = random.nextInt(2);
    return put(
        namespace + "-7-route-" + number,
        """
        apiVersion: gateway.networking.k8s.io/v1
        kind: HTTPRoute
        metadata: {name: route-%d, namespace: %s}
        spec:
          parentRefs: [%s]
          rules:
          - matches: [{path: {type: PathPrefix, value: /open}}]
            filters:
            - type: URLRewrite
              urlRewrite: {path: {type: ReplaceFullPath, replaceFullPath: /admin}}
            backendRefs: [{name: %s, port: 80, namespace: %s}]
        """
            .formatted(
                number,
                namespace,
                parent,
                one(APPS),
                random.nextInt(3) == 0 ? one(NAMESPACES) : namespace));
  }
}
