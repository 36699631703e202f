package dev.sluice.compiler.lower;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.engine.index.IndexedDecider;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.shard.PolicyShard;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Policies on trial reach the proxies and change no decision.
class ShadowSectionTest {

  private static final Destination API = Destination.direct("shop", Map.of("app", "api"));

  private static final String MESH =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: api, namespace: shop}
      spec:
        selector: {matchLabels: {app: api}}
        template:
          metadata: {labels: {app: api}}
          spec: {containers: [{name: api, image: api}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: api, namespace: shop, labels: {istio.io/use-waypoint: waypoint}}
      spec:
        selector: {app: api}
        ports: [{name: http, port: 80, targetPort: 8080}]
      ---
      apiVersion: gateway.networking.k8s.io/v1
      kind: Gateway
      metadata: {name: waypoint, namespace: shop}
      spec:
        gatewayClassName: istio-waypoint
        listeners: [{name: mesh, port: 15008, protocol: HBONE}]
      ---
      """;

  private static final String TRIAL =
      """
      apiVersion: security.istio.io/v1
      kind: AuthorizationPolicy
      metadata: {name: trial, namespace: shop, annotations: {istio.io/dry-run: "true"}}
      spec:
      """;

  private static Compilation compile(String trial) {
    byte[] text = (MESH + TRIAL + trial.indent(2)).getBytes(StandardCharsets.UTF_8);
    return Compiler.compile(
        new SourceTree(List.of(new SourceFile("mesh.yaml", text))), MeshSettings.defaults());
  }

  private static boolean mayConnect(PolicyShard ztunnel) {
    var address = InetAddress.ofLiteral("10.0.0.1");
    return IndexedDecider.of(ztunnel.slice(API))
        .decide(new Connection(Peer.anonymous(), address, new AddressPort(address, 8080), null))
        .allows();
  }

  @Test
  void an_allow_on_trial_makes_nothing_deny_by_default() {
    PolicyShard ztunnel = compile("action: ALLOW").shards().getFirst();

    assertThat(ztunnel.policies()).isEmpty();
    assertThat(ztunnel.shadow(API)).hasSize(1);
    assertThat(mayConnect(ztunnel)).isTrue();
  }

  @Test
  void an_enforced_allow_does() {
    PolicyShard ztunnel =
        Compiler.compile(
                new SourceTree(
                    List.of(
                        new SourceFile(
                            "mesh.yaml",
                            (MESH + TRIAL.replace("\"true\"", "\"false\"") + "  action: ALLOW\n")
                                .getBytes(StandardCharsets.UTF_8)))),
                MeshSettings.defaults())
            .shards()
            .getFirst();

    assertThat(mayConnect(ztunnel)).isFalse();
  }

  @Test
  void a_deny_on_trial_denies_nothing_at_either_layer() {
    List<PolicyShard> shards =
        compile(
                """
                action: DENY
                rules: [{from: [{source: {ipBlocks: [10.0.0.0/8]}}]}]
                """)
            .shards();

    assertThat(shards).hasSize(2);
    assertThat(shards).allSatisfy(shard -> assertThat(shard.policies()).isEmpty());
    assertThat(shards).allSatisfy(shard -> assertThat(shard.shadow()).hasSize(1));
    assertThat(mayConnect(shards.getFirst())).isTrue();
  }

  @Test
  void an_l7_policy_on_trial_closes_no_port() {
    List<PolicyShard> shards =
        compile(
                """
                targetRefs: [{group: "", kind: Service, name: api}]
                action: ALLOW
                rules: [{to: [{operation: {methods: [GET]}}]}]
                """)
            .shards();

    assertThat(shards.getFirst().guards()).allMatch(guard -> guard.refuses().isEmpty());
    assertThat(shards.getFirst().shadow()).isEmpty();
    assertThat(shards.getLast().shadow()).hasSize(1);
    assertThat(mayConnect(shards.getFirst())).isTrue();
  }
}
