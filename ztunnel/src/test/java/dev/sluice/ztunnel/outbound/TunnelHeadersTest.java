package dev.sluice.ztunnel.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.process.Environment;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TunnelHeadersTest {

  private static Workload workload(String canonicalName) {
    return Workload.of("uid", "web-1", SpiffeId.of("cluster.local", "shop", "web"))
        .protocol(Workload.Protocol.HBONE)
        .node("node")
        .origin(
            new Workload.Origin(
                "Kubernetes",
                canonicalName,
                "v1",
                "web",
                "deployment",
                Workload.Locality.unknown()))
        .build();
  }

  @Test
  void baggage_names_what_is_known() {
    assertThat(Baggage.of(workload("web")))
        .isEqualTo(
            "k8s.cluster.name=Kubernetes,k8s.namespace.name=shop,k8s.deployment.name=web,"
                + "service.name=web,service.version=v1");
  }

  @Test
  void a_value_cannot_add_a_member_or_a_header() {
    assertThat(Baggage.of(workload("a,b=\r\n\"ü"))).contains("service.name=a%2Cb=%0D%0A%22%C3%BC,");
  }

  @Test
  void the_headers_are_those_of_upstream_in_its_order() {
    var client = Environment.parseAddress("[::1]:80").orElseThrow();
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
    var headers = TunnelHeaders.of(workload("web"), client, null, trace);

    assertThat(headers)
        .extracting(Map.Entry::getKey)
        .containsExactly("baggage", "forwarded", "traceparent");
    assertThat(headers.get(1).getValue()).isEqualTo("for=\"[0:0:0:0:0:0:0:1]:80\"");
    assertThat(headers.get(2).getValue()).isEqualTo(trace);
  }
}
