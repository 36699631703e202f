package dev.sluice.verify.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Policies between real pods: who gets in, who does not, and what a change does to the living.
@NeedsNamespaces
@Timeout(120)
class PolicyOnNodesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir static Path home;

  private static NodeBed bed;
  private static BedPod web;
  private static BedPod other;
  private static BedPod api;
  private static BedPod stranger;
  private static BedPod impostor;
  private static BedService shop;

  @BeforeAll
  static void lay() {
    bed = NodeBed.in(home);
    web = bed.pod(1, "web");
    other = bed.pod(1, "other");
    stranger = bed.uncaptured(1, "stranger");
    api = bed.pod(2, "api");
    impostor = bed.uncaptured(2, "impostor");
    shop = bed.service("shop", api);
    bed.start(NodeBed.NO_POLICY);
  }

  @BeforeEach
  void allow() {
    bed.policies(NodeBed.NO_POLICY);
  }

  @AfterAll
  static void clear() {
    if (bed != null) {
      bed.close();
    }
  }

  private static String apiOnlyFor(BedPod client) {
    return """
    apiVersion: security.istio.io/v1
    kind: AuthorizationPolicy
    metadata: {name: api, namespace: shop}
    spec:
      selector: {matchLabels: {app: api}}
      rules:
      - from: [{source: {principals: [cluster.local/ns/shop/sa/%s]}}]
    """
        .formatted(client.name());
  }

  private static final String STRICT =
      """
      apiVersion: security.istio.io/v1
      kind: PeerAuthentication
      metadata: {name: default, namespace: istio-system}
      spec: {mtls: {mode: STRICT}}
      """;

  @Test
  void only_the_identity_a_policy_names_gets_in_by_whatever_address() {
    bed.policies(apiOnlyFor(web));

    assertThat(web.curl(api.url()).isAnswered()).isTrue();
    assertThat(web.curl(api.url6()).isAnswered()).isTrue();
    assertThat(web.curl(shop.url()).isAnswered()).isTrue();
    assertThat(other.curl(api.url()).isAnswered()).isFalse();
    assertThat(other.curl(shop.url6()).isAnswered()).isFalse();
    assertThat(stranger.curl(api.url()).isAnswered()).isFalse();
  }

  @Test
  void strict_mutual_tls_keeps_plaintext_out_but_not_the_probes_of_the_node() {
    bed.translateProbes(api);
    bed.policies(STRICT);

    assertThat(web.curl(api.url()).isAnswered()).isTrue();
    assertThat(stranger.curl(api.url()).isAnswered()).isFalse();
    assertThat(stranger.curl(api.url6()).isAnswered()).isFalse();
    assertThat(bed.node(2).run(List.of("curl", "-sf", api.url())).isWell()).isTrue();
  }

  @Test
  void a_source_address_can_be_judged_because_it_is_kept() {
    bed.policies(
        """
        apiVersion: security.istio.io/v1
        kind: AuthorizationPolicy
        metadata: {name: api, namespace: shop}
        spec:
          selector: {matchLabels: {app: api}}
          rules:
          - from: [{source: {ipBlocks: ["%s/32"]}}]
        """
            .formatted(stranger.ip()));

    assertThat(stranger.curl(api.url()).body()).isEqualTo("api saw " + stranger.ip());
    assertThat(web.curl(api.url()).isAnswered()).isFalse();
  }

  @Test
  void a_new_policy_cuts_what_it_forbids_and_leaves_the_rest_alone() {
    try (var kept = web.connect(api.ip(), NodeBed.ECHO_PORT);
        var cut = other.connect(api.ip(), NodeBed.ECHO_PORT);
        var plain = stranger.connect(api.ip(), NodeBed.ECHO_PORT)) {
      assertThat(kept.say("one")).isEqualTo("api one");
      assertThat(cut.say("one")).isEqualTo("api one");
      assertThat(plain.say("one")).isEqualTo("api one");

      bed.policies(apiOnlyFor(web));

      assertThat(cut.hear()).isIn("(end)", "(reset)");
      assertThat(plain.hear()).isIn("(end)", "(reset)");
      assertThat(kept.say("two")).isEqualTo("api two");
      await()
          .atMost(PATIENCE)
          .until(() -> bed.ztunnel(2).log().contains("connection closed due to policy change"));
    }
  }

  @Test
  void a_peer_of_another_trust_domain_is_turned_away_whatever_its_certificate_says() {
    bed.policies(apiOnlyFor(web));
    try (var foreign =
        HboneClient.foreign(bed, impostor, "spiffe://elsewhere.example/ns/shop/sa/web")) {
      assertThat(foreign.open(api, api.ip() + ":" + BedPod.APP_PORT)).isEqualTo("handshake failed");
    }
  }

  @Test
  void an_authority_that_is_not_the_pod_is_refused_as_a_mismatch() {
    try (var client = HboneClient.of(bed, impostor)) {
      assertThat(client.open(api, api.ip() + ":" + BedPod.APP_PORT)).isEqualTo("200");
      assertThat(client.open(api, web.ip() + ":" + BedPod.APP_PORT)).isEqualTo("400");
      assertThat(client.open(api, "[" + web.ip6() + "]:" + BedPod.APP_PORT)).isEqualTo("400");
      assertThat(client.open(api, "nobody.example:80")).isEqualTo("503");
      assertThat(client.open(api, shop.hostname() + ":80")).isEqualTo("200");
    }
  }

  @Test
  void the_ports_of_the_proxy_are_nobodys_application() {
    for (int port : new int[] {15_001, 15_006, 15_008}) {
      String url = "http://" + api.ip() + ":" + port + "/";
      assertThat(api.curl(url).isAnswered()).as("itself, " + port).isFalse();
      assertThat(api.curl("http://127.0.0.1:" + port + "/").isAnswered()).isFalse();
      assertThat(web.curl(url).isAnswered()).as("captured, " + port).isFalse();
      assertThat(stranger.curl(url).isAnswered()).as("plaintext, " + port).isFalse();
      try (var client = HboneClient.of(bed, impostor)) {
        assertThat(client.open(api, api.ip() + ":" + port)).isEqualTo("503");
      }
    }
    assertThat(web.curl(api.url()).isAnswered()).as("and nothing was harmed").isTrue();
  }
}
