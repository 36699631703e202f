package dev.sluice.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runtime.identity.wire.AuthorityClient;
import dev.sluice.runtime.wire.ControlPlane.Roots;
import dev.sluice.runtime.wire.ControlPlane.Token;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ControlPlaneSettingsTest {

  @Test
  void without_an_address_there_is_no_control_plane() {
    var environment = Environment.of(Map.of("CA_ADDRESS", "", "XDS_ROOT_CA", "/root.pem"));

    assertThat(ControlPlaneSettings.authority(environment, AuthorityClient.Asking.FOR_NODE))
        .isEmpty();
    assertThat(ControlPlaneSettings.discovery(environment)).isEmpty();
    assertThat(environment.problems()).isEmpty();
  }

  @Test
  void an_address_alone_brings_upstreams_defaults() {
    var environment = Environment.of(Map.of("CA_ADDRESS", "istiod.istio-system.svc:15012"));
    var request =
        ControlPlaneSettings.authority(environment, AuthorityClient.Asking.FOR_NODE).orElseThrow();

    assertThat(request.validity()).isEqualTo(Duration.ofHours(24));
    assertThat(request.authority().serverName()).isEqualTo("istiod.istio-system.svc");
    assertThat(request.authority().roots())
        .isEqualTo(new Roots.InFile(Path.of("./var/run/secrets/istio/root-cert.pem")));
    assertThat(request.authority().headers()).isEqualTo(Map.of("clusterid", "Kubernetes"));
  }

  @Test
  void everything_can_be_said_by_upstreams_names() {
    var environment =
        Environment.of(
            Map.of(
                "XDS_ADDRESS", "https://10.0.0.1:443",
                "ALT_XDS_HOSTNAME", "istiod.example",
                "XDS_ROOT_CA", "SYSTEM",
                "XDS_HEADER_X_Tenant", "blue",
                "AUTH_TOKEN", "/var/token",
                "CLUSTER_ID", "c1",
                "ISTIO_META_CLUSTER_ID", "c2"));
    var server = ControlPlaneSettings.discovery(environment).orElseThrow();

    assertThat(server.address()).hasToString("10.0.0.1:443");
    assertThat(server.serverName()).isEqualTo("istiod.example");
    assertThat(server.roots()).isEqualTo(new Roots.OfSystem());
    assertThat(server.token()).contains(new Token.InFile(Path.of("/var/token")));
    assertThat(server.headers()).isEqualTo(Map.of("clusterid", "c2", "x_tenant", "blue"));
  }

  @Test
  void a_token_or_a_root_may_stand_in_the_environment_itself() {
    var environment =
        Environment.of(
            Map.of(
                "XDS_ADDRESS", "istiod",
                "AUTH_TOKEN", "eyJhbGciOi",
                "XDS_ROOT_CA", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----"));
    var server = ControlPlaneSettings.discovery(environment).orElseThrow();

    assertThat(server.token()).contains(new Token.Literal("eyJhbGciOi"));
    assertThat(server.roots()).isInstanceOf(Roots.Inline.class);
  }

  @Test
  void plain_http_and_headers_that_cannot_be_sent_are_problems() {
    var environment =
        Environment.of(
            Map.of(
                "CA_ADDRESS", "http://istiod:15010",
                "XDS_ADDRESS", "istiod",
                "XDS_HEADER_A", "b\nc",
                "XDS_HEADER_x y", "z"));
    ControlPlaneSettings.authority(environment, AuthorityClient.Asking.FOR_ITSELF);
    ControlPlaneSettings.discovery(environment);

    assertThat(environment.problems())
        .containsExactlyInAnyOrder(
            "invalid CA_ADDRESS=`http://istiod:15010`: expected `https://host:port`",
            "invalid XDS_HEADER_A: cannot be sent as a header",
            "invalid XDS_HEADER_x y: cannot be sent as a header");
  }
}
