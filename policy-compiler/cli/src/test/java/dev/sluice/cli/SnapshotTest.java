package dev.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Run.Setting;
import dev.sluice.schemas.Schemas;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Captures of a cluster, which is Fabric8's mock of an API server.
class SnapshotTest {
  private static final String CLUSTER =
      """
      apiVersion: v1
      kind: Namespace
      metadata:
        name: shop
        labels: {istio.io/dataplane-mode: ambient, "on": "1e3"}
        annotations: {contact: somebody}
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: web}
      ---
      apiVersion: v1
      kind: ServiceAccount
      metadata: {name: api, namespace: shop}
      secrets: [{name: hush}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: api, namespace: shop, labels: {istio.io/use-waypoint: waypoint}}
      spec:
        clusterIP: 10.0.0.1
        selector: {app: api}
        ports: [{name: http, port: 80, targetPort: web, nodePort: 30080}]
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: api, namespace: shop, uid: d1}
      spec:
        replicas: 3
        template:
          metadata:
            labels: {app: api}
            annotations: {prometheus.io/scrape: "true", checksum/config: abc}
          spec:
            serviceAccountName: api
            containers:
            - name: app
              image: registry.example/app:1
              env: [{name: PASSWORD, value: hunter2}]
              ports: [{name: web, containerPort: 8080}]
              readinessProbe: {httpGet: {path: /healthz, port: 8080, host: secret}}
      ---
      apiVersion: apps/v1
      kind: ReplicaSet
      metadata:
        name: api-7d4
        namespace: shop
        ownerReferences:
        - {apiVersion: apps/v1, kind: Deployment, name: api, uid: d1, controller: true}
      spec: {template: {metadata: {labels: {app: api}}, spec: {containers: [{name: app}]}}}
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: api-7d4-x
        namespace: shop
        labels: {app: api}
        ownerReferences:
        - {apiVersion: apps/v1, kind: ReplicaSet, name: api-7d4, uid: r1, controller: true}
      spec: {containers: [{name: app}]}
      ---
      apiVersion: v1
      kind: Pod
      metadata:
        name: lone
        namespace: web
        labels: {app: lone}
        ownerReferences:
        - {apiVersion: argoproj.io/v1, kind: Rollout, name: lone, uid: x, controller: true}
      spec: {hostNetwork: true, containers: [{name: app}]}
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: waypoint, namespace: shop}
      spec:
        gatewayClassName: istio-waypoint
        listeners: [{name: mesh, port: 15008, protocol: HBONE}]
      """;

  private static final String ENTRY =
      """
      apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: {name: out, namespace: web}
      spec: {hosts: [example.com], ports: [{number: 443, name: tls, protocol: TLS}]}
      """;

  private static final String TARGETED =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: read-only, namespace: shop}
      spec:
        targetRefs: [{group: "", kind: Service, name: apo}]
        rules:
        - to:
          - operation: {methods: [GET]}
      """;

  @TempDir Path folder;

  private final Map<ServerRequest, Queue<ServerResponse>> expectations = new HashMap<>();
  private final KubernetesMockServer server =
      new KubernetesMockServer(
          new Context(),
          new MockWebServer(),
          expectations,
          new KubernetesMixedDispatcher(expectations),
          false);

  @BeforeEach
  void start() {
    server.init();
    try (KubernetesClient client = server.createClient()) {
      client.load(new ByteArrayInputStream(CLUSTER.getBytes(UTF_8))).create();
      client
          .genericKubernetesResources(
              new ResourceDefinitionContext.Builder()
                  .withGroup("networking.istio.io")
                  .withVersion("v1")
                  .withKind("ServiceEntry")
                  .withPlural("serviceentries")
                  .withNamespaced(true)
                  .build())
          .inNamespace("web")
          .resource(Serialization.unmarshal(ENTRY, GenericKubernetesResource.class))
          .create();
    }
  }

  @AfterEach
  void stop() {
    server.destroy();
  }

  private Setting setting() {
    return setting("http://" + server.getHostName() + ":" + server.getPort());
  }

  private Setting setting(String address) {
    try {
      Path kubeconfig =
          Files.writeString(
              folder.resolve("kubeconfig"),
              """
              apiVersion: v1
              kind: Config
              current-context: lab
              clusters: [{name: lab, cluster: {server: "%s"}}]
              users: [{name: me, user: {token: t0ken}}]
              contexts: [{name: lab, context: {cluster: lab, user: me}}]
              """
                  .formatted(address));
      return new Setting("", Set.of(), Map.of("KUBECONFIG", kubeconfig.toString()), Run.NOW);
    } catch (IOException broken) {
      throw new java.io.UncheckedIOException(broken);
    }
  }

  private void refuse(String path, int code) {
    server
        .expect()
        .get()
        .withPath(path)
        .andReturn(code, new StatusBuilder().withCode(code).withMessage("no").build())
        .always();
  }

  @Test
  void a_capture_holds_what_placement_needs_and_nothing_else() {
    Run run = setting().run("snapshot");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    Golden.assertSame("snapshot.yaml", run.out());
    assertThat(run.out())
        .doesNotContain("hunter2", "PASSWORD", "hush", "contact", "checksum", "10.0.0.1", "t0ken")
        .doesNotContain("api-7d4");
  }

  @Test
  void the_compiler_reads_a_capture_and_knows_what_is_not_in_it() {
    String mesh = folder.resolve("mesh.yaml").toString();

    Run captured = setting().run("snapshot", "--out", mesh, "--output", "json");
    Run checked =
        setting().withStdin(Trees.SOUND + "---\n" + TARGETED).run("plan", "-", "--mesh", mesh);

    assertThat(captured.code()).isZero();
    OutputSchema.assertFits(Schemas.SNAPSHOT_OUTPUT, captured.json());
    assertThat(captured.json().path("files").path(0).asText()).isEqualTo(mesh);
    assertThat(checked.out())
        .contains("error[SLU2001]")
        .contains("did you mean `shop/api`?")
        .contains("SLU2012")
        .contains("Deployment shop/api")
        .doesNotContain("SLU1");
  }

  @Test
  void a_check_reads_the_cluster_itself() {
    Setting setting = setting().withStdin(TARGETED.replace("apo", "api"));

    Run live = setting.run("plan", "-", "--context", "lab", "--strict-topology");

    assertThat(live.err()).isEmpty();
    assertThat(live.code()).isZero();
    assertThat(live.out()).contains("shop/waypoint").contains("1 placed");
  }

  @Test
  void only_the_namespaces_asked_for_are_read() {
    Run run = setting().run("snapshot", "--namespace", "web");

    assertThat(run.out())
        .contains("namespaces:", "name: \"lone\"", "ServiceEntry", "hostNetwork: true")
        .doesNotContain("name: \"shop\"", "name: \"api\"");
  }

  @Test
  void what_may_not_be_read_is_unknown_and_not_empty() {
    refuse("/api/v1/serviceaccounts?limit=500", 403);
    String mesh = folder.resolve("mesh.yaml").toString();

    Run run = setting().run("snapshot", "--out", mesh);
    Run strict =
        setting().withStdin(Trees.SOUND).run("check", "-", "--mesh", mesh, "--strict-topology");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("ServiceAccount").contains("unknown");
    assertThat(run.err()).contains("the user may not `list` `serviceaccounts`");
    assertThat(strict.code()).isEqualTo(1);
    assertThat(strict.out()).contains("error[SLU2017]").doesNotContain("SLU2012");
  }

  @Test
  void a_kind_that_the_cluster_does_not_have_is_empty() {
    refuse("/apis/gateway.networking.k8s.io/v1/referencegrants?limit=500", 404);
    refuse("/apis/gateway.networking.k8s.io/v1beta1/referencegrants?limit=500", 404);

    Run run = setting().run("snapshot");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("- kind: \"ReferenceGrant\"\n    count: 0");
  }

  @Test
  void long_lists_come_in_pages() {
    server
        .expect()
        .get()
        .withPath("/api/v1/serviceaccounts?limit=500")
        .andReturn(200, page("one", "more"))
        .always();
    server
        .expect()
        .get()
        .withPath("/api/v1/serviceaccounts?continue=more&limit=500")
        .andReturn(200, page("two", ""))
        .always();

    assertThat(setting().run("snapshot").out()).contains("name: \"one\"", "name: \"two\"");
  }

  private static String page(String name, String next) {
    return """
    {"apiVersion": "v1", "kind": "ServiceAccountList", "metadata": {"continue": "%s"},
     "items": [{"metadata": {"name": "%s", "namespace": "shop"}}]}
    """
        .formatted(next, name);
  }

  @Test
  void credentials_that_are_not_accepted_end_it() {
    refuse("/api/v1/namespaces?limit=500", 401);

    Run run = setting().run("snapshot");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("does not accept the credentials").doesNotContain("t0ken");
  }

  @Test
  void a_cluster_that_does_not_answer_is_unreadable_input() throws IOException {
    int port;
    try (var free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Setting setting = setting("http://127.0.0.1:" + port).withStdin(Trees.SOUND);

    Run snapshot = setting.run("snapshot");
    Run check = setting.run("check", "-", "--context", "lab");

    assertThat(snapshot.code()).isEqualTo(3);
    assertThat(snapshot.err()).contains("cannot be reached at").contains("127.0.0.1:" + port);
    assertThat(check.code()).isEqualTo(3);
    assertThat(check.out()).contains("SLU1001").contains("cannot be reached");
  }

  @Test
  void a_context_that_does_not_exist_is_a_usage_error() {
    Run snapshot = setting().run("snapshot", "--context", "prod");
    Run check = setting().run("check", ".", "--context", "prod");

    assertThat(snapshot.code()).isEqualTo(2);
    assertThat(snapshot.err()).contains("no kubeconfig has a context `prod`").contains("`lab`");
    assertThat(check.code()).isEqualTo(2);
    assertThat(check.err()).contains("no kubeconfig has a context `prod`");
  }

  @Test
  void without_a_kubeconfig_it_says_where_it_looked() {
    var setting = new Setting("", Set.of(), Map.of("HOME", folder.toString()), Run.NOW);

    Run run = setting.run("snapshot");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("there is no kubeconfig").contains(".kube/config");
  }

  @Test
  void other_commands_do_not_load_the_client() throws IOException, InterruptedException {
    Path log = folder.resolve("classes.log");
    Path policy = Files.writeString(folder.resolve("policy.yaml"), Trees.SOUND);
    Process check =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load=info:file=" + log,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.sluice.cli.Sluice",
                "check",
                policy.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out.log").toFile())
            .start();

    assertThat(check.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(check.exitValue()).isZero();
    assertThat(Files.readString(log))
        .contains("dev.sluice.cli.input.InputOptions ")
        .doesNotContain("io.fabric8", "dev.sluice.cli.cluster.Cluster ");
  }

  @Test
  void the_same_cluster_gives_the_same_bytes() {
    assertThat(setting().run("snapshot").out()).isEqualTo(setting().run("snapshot").out());
  }
}
