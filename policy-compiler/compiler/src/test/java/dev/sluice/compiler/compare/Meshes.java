package dev.sluice.compiler.compare;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import java.util.ArrayList;
import java.util.List;

/// A small mesh in YAML: Deployments `web` and `api` with their Services, `api` behind a waypoint,
/// and `ledger` in another namespace without one.
final class Meshes {

  static final String TOPOLOGY =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop, labels: {istio.io/dataplane-mode: ambient}}
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: pay, labels: {istio.io/dataplane-mode: ambient}}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: waypoint, namespace: shop}
      spec:
        gatewayClassName: istio-waypoint
        listeners: [{name: mesh, port: 15008, protocol: HBONE}]
      """
          + workload("shop", "web")
          + workload("shop", "api")
          + workload("pay", "ledger")
          + service("shop", "web", "")
          + service("shop", "api", ", labels: {istio.io/use-waypoint: waypoint}")
          + service("pay", "ledger", "");

  private Meshes() {}

  static String workload(String namespace, String name) {
    return """
    ---
    apiVersion: v1
    kind: ServiceAccount
    metadata: {name: %2$s, namespace: %1$s}
    ---
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: %2$s, namespace: %1$s}
    spec:
      selector: {matchLabels: {app: %2$s}}
      template:
        metadata: {labels: {app: %2$s}}
        spec:
          serviceAccountName: %2$s
          containers: [{name: main, image: i, ports: [{containerPort: 8080}]}]
    """
        .formatted(namespace, name);
  }

  static String service(String namespace, String name, String labels) {
    return """
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: %2$s, namespace: %1$s%3$s}
    spec:
      selector: {app: %2$s}
      ports: [{name: http, port: 80, targetPort: 8080}]
    """
        .formatted(namespace, name, labels);
  }

  /// An AuthorizationPolicy; `spec` in YAML, from its first column.
  static String policy(String namespace, String name, String spec) {
    return "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: "
        + name
        + ", namespace: "
        + namespace
        + "}\nspec:\n"
        + spec.indent(2);
  }

  static String ofKind(String kind, String namespace, String name, String spec) {
    return policy(namespace, name, spec).replace("kind: AuthorizationPolicy", "kind: " + kind);
  }

  /// The topology with these documents.
  static MeshRevision with(String... documents) {
    return of(TOPOLOGY, documents);
  }

  static MeshRevision of(String topology, String... documents) {
    var files = new ArrayList<SourceFile>();
    files.add(new SourceFile("mesh.yaml", topology.getBytes(UTF_8)));
    for (int i = 0; i < documents.length; i++) {
      files.add(new SourceFile("policy" + (i + 1) + ".yaml", documents[i].getBytes(UTF_8)));
    }
    Compilation compilation =
        Compiler.compile(new SourceTree(List.copyOf(files)), MeshSettings.defaults());
    assertThat(compilation.hasErrors()).as("%s", compilation.findings()).isFalse();
    return new MeshRevision(compilation.mesh(), compilation.shards());
  }
}
