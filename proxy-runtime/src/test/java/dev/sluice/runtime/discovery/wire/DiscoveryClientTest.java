package dev.sluice.runtime.discovery.wire;

import static dev.sluice.runtime.discovery.wire.Messages.pod;
import static dev.sluice.runtime.discovery.wire.Messages.resource;
import static dev.sluice.runtime.discovery.wire.Messages.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.runtime.discovery.DiscoveryStatus;
import dev.sluice.runtime.discovery.DiscoveryTerms;
import dev.sluice.runtime.discovery.DiscoveryTerms.Extent;
import dev.sluice.runtime.discovery.DiscoveryTerms.Policies;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.telemetry.DiscoveryMetrics;
import dev.sluice.runtime.telemetry.MeshMetrics;
import dev.sluice.runtime.wire.ControlLoop;
import dev.sluice.runtime.wire.GrpcServer;
import dev.sluice.runtime.wire.ServerCertificate;
import dev.sluice.schemas.envoy.discovery.v3.DeltaDiscoveryRequest;
import dev.sluice.schemas.envoy.discovery.v3.DeltaDiscoveryResponse;
import dev.sluice.schemas.envoy.discovery.v3.Resource;
import dev.sluice.schemas.istio.security.Action;
import dev.sluice.schemas.istio.security.Authorization;
import dev.sluice.schemas.istio.security.Scope;
import dev.sluice.schemas.istio.workload.TunnelProtocol;
import io.grpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DiscoveryClientTest {

  private static final String ADDRESS = DiscoveryService.ADDRESS_TYPE;

  private final FakeDiscovery discovery = new FakeDiscovery();
  private final ControlLoop loop = new ControlLoop();
  private final LiveMesh mesh = new LiveMesh(StaticMesh.empty());
  private final MeshMetrics metrics = MeshMetrics.of("test", "1");
  private final AtomicInteger complete = new AtomicInteger();
  private GrpcServer server;
  private @Nullable DiscoveryClient client;

  @BeforeEach
  void start() throws IOException {
    server = new GrpcServer(ServerCertificate.of("127.0.0.1"), discovery.service());
  }

  @AfterEach
  void stop() {
    if (client != null) {
      client.close();
    }
    server.close();
    loop.close();
  }

  private void follow(Extent extent, Policies policies) {
    var node =
        new DiscoveryTerms.Node(
            "ztunnel~10.0.0.1~zt.istio-system~istio-system.svc.cluster.local",
            Map.of("NODE_NAME", "n1", "nested", List.of(1, true, Map.of("a", "b"))));
    client =
        DiscoveryClient.start(
            new DiscoveryTerms(server.controlPlane(), node, extent, policies),
            loop,
            mesh,
            new DiscoveryMetrics(metrics),
            complete::incrementAndGet);
  }

  private DiscoveryStatus status() {
    return Objects.requireNonNull(client).status();
  }

  private void followAll() {
    follow(Extent.EVERYTHING, Policies.NOT_ASKED_FOR);
  }

  private static Resource web(String ip) {
    return resource(pod("shop", "web", ip, "n1").build());
  }

  private boolean knows(String ip) {
    return mesh.current().workload(java.net.InetAddress.ofLiteral(ip)).isPresent();
  }

  private String scrape() throws IOException {
    var out = new ByteArrayOutputStream();
    metrics.exposition(null).writeTo(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void the_whole_mesh_comes_and_changes_and_goes() {
    discovery.put(web("10.0.0.1"), resource(service("shop", "api", "10.96.0.1", 80, 8080).build()));
    followAll();

    await().until(() -> knows("10.0.0.1"));
    assertThat(mesh.current().serviceByKey("shop/api.shop")).isPresent();
    await().until(() -> complete.get() == 1);
    discovery.put(web("10.0.0.2"));
    await().until(() -> knows("10.0.0.2") && !knows("10.0.0.1"));
    discovery.remove("c//Pod/shop/web");
    discovery.remove("shop/api.shop");
    await().until(() -> !knows("10.0.0.2"));
    await().until(() -> mesh.current().services().isEmpty());

    var opening = discovery.openings(ADDRESS).getFirst();
    assertThat(opening.getResourceNamesSubscribeList()).isEmpty();
    assertThat(opening.getNode().getId()).startsWith("ztunnel~");
    assertThat(opening.getNode().getMetadata().getFieldsOrThrow("NODE_NAME").getStringValue())
        .isEqualTo("n1");
    assertThat(discovery.refusals()).isEmpty();
    assertThat(discovery.requests().stream().filter(DeltaDiscoveryRequest::hasNode)).hasSize(1);
  }

  @Test
  void a_malformed_resource_is_refused_with_its_reason_and_the_others_are_taken() {
    discovery.put(
        web("10.0.0.1"),
        resource(
            pod("shop", "old", "10.0.0.5", "n1")
                .setTunnelProtocol(TunnelProtocol.LEGACY_ISTIO_MTLS)
                .build()));
    followAll();

    await().until(() -> !discovery.refusals().isEmpty());
    assertThat(discovery.refusals().getFirst().getErrorDetail().getMessage())
        .isEqualTo("`c//Pod/shop/old`: `tunnel_protocol` LEGACY_ISTIO_MTLS is not supported");
    assertThat(knows("10.0.0.1")).isTrue();
    assertThat(knows("10.0.0.5")).isFalse();
    assertThat(status().refused()).hasSize(1);
    await().until(() -> complete.get() == 1);
  }

  @Test
  void a_refused_change_leaves_what_was_there_and_its_version() throws Exception {
    discovery.put(web("10.0.0.1"));
    followAll();
    await().until(() -> knows("10.0.0.1"));
    discovery.put(resource(pod("shop", "web", "10.0.0.1", "n1").setStatusValue(77).build()));
    await().until(() -> discovery.refusals().size() == 1);

    assertThat(knows("10.0.0.1")).isTrue();
    assertThat(status().resources()).isEqualTo(1);
    discovery.end(Status.UNAVAILABLE);
    await().until(() -> discovery.openings(ADDRESS).size() == 2);
    // The server sends what it has again, since the version that is held is the older one.
    await().until(() -> discovery.refusals().size() == 2);
  }

  @Test
  void after_a_break_it_says_what_it_has_and_hears_only_what_changed() {
    discovery.put(web("10.0.0.1"), resource(pod("shop", "api", "10.0.0.7", "n2").build()));
    followAll();
    await().until(() -> mesh.current().workloads().size() == 2);
    var before = mesh.current().workloadByUid("c//Pod/shop/api").orElseThrow();

    server.stop();
    discovery.put(web("10.0.0.2"));
    assertThat(mesh.current().workloads()).hasSize(2);
    discovery.remove("c//Pod/shop/api");
    try {
      server.startAgain();
    } catch (IOException e) {
      throw new AssertionError(e);
    }

    await().atMost(Duration.ofSeconds(30)).until(() -> knows("10.0.0.2"));
    await().until(() -> mesh.current().workloadByUid(before.uid()).isEmpty());
    var openings = discovery.openings(ADDRESS);
    assertThat(openings.getLast().getInitialResourceVersionsMap())
        .containsOnlyKeys("c//Pod/shop/web", "c//Pod/shop/api");
    assertThat(openings.getFirst().getInitialResourceVersionsMap()).isEmpty();
  }

  @Test
  void every_way_a_stream_ends_is_counted_and_followed_by_another() throws Exception {
    followAll();
    List<Status> ends =
        List.of(Status.OK, Status.UNAVAILABLE, Status.RESOURCE_EXHAUSTED.withDescription("full"));
    for (Status end : ends) {
      await().until(() -> discovery.streams() == 1 && !lastAnswers().isEmpty());
      discovery.end(end);
      await().until(() -> discovery.streams() == 0 || discovery.streams() == 1);
    }
    await().until(() -> discovery.openings(ADDRESS).size() >= 4);

    assertThat(scrape())
        .contains("istio_xds_connection_terminations_total{reason=\"Complete\"} 1.0")
        .contains("istio_xds_connection_terminations_total{reason=\"Error\"} 1.0")
        .contains("istio_xds_message_total{url=\"" + ADDRESS + "\"}");
  }

  private List<DeltaDiscoveryRequest> lastAnswers() {
    return discovery.requests().stream()
        .filter(request -> !request.getResponseNonce().isEmpty())
        .toList();
  }

  @Test
  void a_type_nobody_asked_for_is_refused_and_changes_nothing() {
    followAll();
    await().until(() -> discovery.streams() == 1 && !discovery.requests().isEmpty());
    discovery.sendRaw(
        DeltaDiscoveryResponse.newBuilder()
            .setTypeUrl("type.googleapis.com/envoy.config.cluster.v3.Cluster")
            .setNonce("odd")
            .build());

    await().until(() -> !discovery.refusals().isEmpty());
    var refusal = discovery.refusals().getFirst();
    assertThat(refusal.getResponseNonce()).isEqualTo("odd");
    assertThat(refusal.getErrorDetail().getMessage()).contains("was not asked for");
  }

  @Test
  void on_demand_only_what_is_asked_for_comes() {
    discovery.put(
        web("10.0.0.1").toBuilder().addAliases("/10.0.0.1").build(),
        resource(pod("shop", "api", "10.0.0.7", "n2").build()));
    follow(Extent.ON_DEMAND, Policies.NOT_ASKED_FOR);
    assertThat(complete).hasValue(1);
    assertThat(mesh.isOnDemand()).isTrue();

    var found = mesh.ask("/10.0.0.1", Duration.ofSeconds(20)).join();
    assertThat(found.workloads()).hasSize(1);
    var missing = mesh.ask("/10.0.0.99", Duration.ofSeconds(20)).join();
    assertThat(missing.workloads()).hasSize(1);
    assertThat(mesh.ask("/10.0.0.1", Duration.ofSeconds(20))).isCompleted();

    discovery.end(Status.OK);
    await().until(() -> discovery.openings(ADDRESS).size() == 2);
    var again = discovery.openings(ADDRESS).getLast();
    assertThat(again.getResourceNamesSubscribeList())
        .containsExactlyInAnyOrder("*", "/10.0.0.1", "/10.0.0.99");
    assertThat(again.getResourceNamesUnsubscribeList()).containsExactly("*");
    assertThat(mesh.current().workloads()).hasSize(1);
  }

  @Test
  void ten_thousand_resources_come_in_one_response_and_removals_singly() {
    discovery.put(
        IntStream.range(0, 10_000)
            .mapToObj(i ->
                resource(
                    pod(
                            "ns" + i % 50,
                            "pod" + i,
                            "10." + i / 65_536 + "." + i / 256 % 256 + "." + i % 256,
                            "n" + i % 100)
                        .build()))
            .toArray(Resource[]::new));
    followAll();

    await().atMost(Duration.ofSeconds(30)).until(() -> mesh.current().workloads().size() == 10_000);
    discovery.remove("c//Pod/ns7/pod7");
    await().until(() -> mesh.current().workloads().size() == 9_999);
  }

  @Test
  void policies_come_beside_the_bundle_and_malformed_ones_are_refused() {
    discovery.put(
        resource(
            Authorization.newBuilder()
                .setName("deny")
                .setNamespace("shop")
                .setAction(Action.DENY)
                .setScope(Scope.NAMESPACE)
                .build()),
        resource(
            Authorization.newBuilder()
                .setName("odd")
                .setNamespace("shop")
                .setActionValue(9)
                .build()));
    follow(Extent.EVERYTHING, Policies.ENFORCED);

    await().until(() -> mesh.current().policy("shop/deny").isPresent());
    await().until(() -> discovery.refusals().size() == 1);
    assertThat(discovery.refusals().getFirst().getErrorDetail().getMessage())
        .isEqualTo("`shop/odd`: `action` has the unknown value 9");
    await().until(() -> complete.get() == 1);
    discovery.remove("shop/deny");
    await().until(() -> mesh.current().policy("shop/deny").isEmpty());
  }

  @Test
  void a_server_that_is_not_there_leaves_the_mesh_alone() {
    server.stop();
    followAll();

    await().until(() -> status().lastError().startsWith("UNAVAILABLE"));
    assertThat(complete).hasValue(0);
    assertThat(status().connectedSince()).isEmpty();
  }
}
