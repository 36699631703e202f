package dev.sluice.verify.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Who reaches whom, how, and under which address, without any policy.
@NeedsNamespaces
@Timeout(120)
class CaptureTest {

  @TempDir static Path home;

  private static NodeBed bed;
  private static BedPod web;
  private static BedPod near;
  private static BedPod api;
  private static BedPod old;
  private static BedPod stranger;
  private static BedService shop;

  @BeforeAll
  static void lay() {
    bed = NodeBed.in(home);
    web = bed.pod(1, "web");
    near = bed.pod(1, "near");
    stranger = bed.uncaptured(1, "stranger");
    api = bed.pod(2, "api");
    old = bed.uncaptured(2, "old");
    shop = bed.service("shop", api);
    bed.start(NodeBed.NO_POLICY);
  }

  @AfterAll
  static void clear() {
    if (bed != null) {
      bed.close();
    }
  }

  @Test
  void a_captured_pod_reaches_a_captured_one_on_another_node_by_hbone() {
    assertThat(web.curl(api.url()).body()).isEqualTo("api saw " + web.ip());
    assertThat(web.curl(api.url6()).body()).isEqualTo("api saw " + web.ip6());
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() ->
            assertThat(bed.ztunnel(2).log())
                .contains("src.identity=\"spiffe://cluster.local/ns/shop/sa/web\"")
                .contains("dst.addr=" + api.ip() + ":" + BedPod.APP_PORT));
  }

  @Test
  void a_captured_pod_reaches_a_captured_one_on_its_own_node() {
    assertThat(web.curl(near.url()).body()).isEqualTo("near saw " + web.ip());
    assertThat(web.curl(near.url6()).body()).isEqualTo("near saw " + web.ip6());
  }

  @Test
  void a_service_is_reached_by_its_virtual_addresses() {
    assertThat(web.curl(shop.url()).body()).isEqualTo("api saw " + web.ip());
    assertThat(web.curl(shop.url6()).body()).isEqualTo("api saw " + web.ip6());
  }

  @Test
  void a_pod_reaches_itself_by_its_address_and_by_its_service() {
    assertThat(api.curl(api.url()).body()).isEqualTo("api saw " + api.ip());
    assertThat(api.curl(shop.url()).body()).isEqualTo("api saw " + api.ip());
  }

  @Test
  void an_uncaptured_client_reaches_captured_servers_in_plaintext() {
    assertThat(stranger.curl(near.url()).body()).isEqualTo("near saw " + stranger.ip());
    assertThat(stranger.curl(api.url()).body()).isEqualTo("api saw " + stranger.ip());
    assertThat(stranger.curl(api.url6()).body()).isEqualTo("api saw " + stranger.ip6());
  }

  @Test
  void a_captured_client_reaches_uncaptured_servers_in_plaintext() {
    assertThat(web.curl(stranger.url()).body()).isEqualTo("stranger saw " + web.ip());
    assertThat(web.curl(old.url()).body()).isEqualTo("old saw " + web.ip());
    assertThat(web.curl(old.url6()).body()).isEqualTo("old saw " + web.ip6());
  }

  @Test
  void what_is_not_captured_at_either_end_is_none_of_our_business() {
    assertThat(stranger.curl(old.url()).body()).isEqualTo("old saw " + stranger.ip());
  }

  @Test
  void an_address_outside_of_the_mesh_is_reached_as_it_is() {
    try (var server = new Outside(bed.fabric(), home, "172.31.0.1")) {
      assertThat(web.curl(server.url()).body()).isEqualTo("outside saw " + web.ip());
    }
  }

  @Test
  void a_port_nobody_listens_on_refuses_the_client() {
    assertThat(web.curl("http://" + api.ip() + ":81/").exit()).isIn(7, 52, 56);
    assertThat(web.curl("http://" + old.ip() + ":81/").exit()).isIn(7, 52, 56);
    assertThat(stranger.curl("http://" + api.ip() + ":81/").exit()).isIn(7, 52, 56);
  }

  @Test
  void health_probes_of_the_node_bypass_the_proxy() {
    bed.translateProbes(api);

    var reply = bed.node(2).run(List.of("curl", "-sS", "--max-time", "5", api.url()));

    assertThat(reply.output()).isEqualTo("api saw 169.254.7.127");
  }

  @Test
  void tls_of_the_application_passes_through_untouched() {
    String key = home.resolve("app.key").toString();
    String certificate = home.resolve("app.pem").toString();
    api.run(
        words(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1"
                + " -subj /CN=api.example -keyout "
                + key
                + " -out "
                + certificate));
    Process server =
        api.start(
            words(
                "openssl s_server -accept 8443 -quiet -www -key " + key + " -cert " + certificate));
    try {
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> web.curl("https://" + api.ip() + ":8443/", "-k").isAnswered());
      var verified =
          web.curl(
              "https://api.example:8443/",
              words(
                  "--cacert %s --connect-to api.example:8443:%s:8443"
                      .formatted(certificate, api.ip())));

      assertThat(verified.body()).contains("TLSv1.3");
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void bulk_traffic_arrives_whole_in_both_directions() {
    Process server = api.start("iperf3", "-s", "-1", "-p", "5201");
    try {
      await().atMost(Duration.ofSeconds(10)).until(() -> isListening(api, 5201));
      var sent = web.run("iperf3", "-c", api.ip(), "-p", "5201", "-n", "64M", "--bidir", "-P", "2");

      assertThat(sent.exit()).as(sent.output()).isZero();
    } finally {
      server.destroyForcibly();
    }
  }

  private static String[] words(String line) {
    return line.split(" ", -1);
  }

  private static boolean isListening(BedPod pod, int port) {
    return !pod.run("ss", "-Hltn", "sport = :" + port).output().isBlank();
  }
}
