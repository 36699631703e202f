package dev.sluice.ztunnel.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.mesh.MeshFile;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.process.PortsFile;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InboundTargetTest {

  private static final String MESH =
      """
      workloads:
      - {name: api, namespace: shop, workloadIps: [10.0.2.2], protocol: HBONE,
         services: {shop/api.shop: {80: 8080}, shop/raw.shop: {}}}
      - {uid: wp, name: wp, namespace: shop, workloadIps: [10.0.2.2], protocol: HBONE,
         networkMode: HostNetwork, services: {shop/wp.shop: {}}}
      - {uid: sw, name: sandwich, namespace: shop, workloadIps: [10.0.2.2], protocol: HBONE,
         networkMode: HostNetwork, services: {shop/wp.shop: {}},
         applicationTunnel: {protocol: PROXY, port: 15088}}
      - {uid: op, name: on-port, namespace: shop, workloadIps: [10.0.2.2], protocol: HBONE,
         networkMode: HostNetwork, services: {}, applicationTunnel: {protocol: NONE, port: 15008}}
      - {uid: be, name: behind, namespace: shop, workloadIps: [10.0.2.7], protocol: HBONE,
         services: {}, waypoint: {destination: shop/wp.shop, hboneMtlsPort: 15008}}
      services:
      - {name: wp, namespace: shop, hostname: wp.shop, vips: [/10.96.0.9], ports: {15008: 15008}}
      - {name: mine, namespace: shop, hostname: mine.shop, vips: [far/10.96.0.8, "/fd00::8",
         /10.96.0.8], ports: {80: 8080}, waypoint: {destination: shop/wp.shop, hboneMtlsPort: 15008}}
      - {name: api, namespace: shop, hostname: api.shop, vips: [/10.96.0.1], ports: {80: 0, 81: 0}}
      - {name: raw, namespace: shop, hostname: raw.shop, vips: [/10.96.0.2], ports: {9: 15008}}
      - {name: web, namespace: shop, hostname: web.shop, vips: [/10.96.0.3], ports: {80: 8080}}
      """;

  private static InboundTarget target(String authority) {
    return target("api", authority);
  }

  private static InboundTarget target(String name, String authority) {
    StaticMesh mesh =
        switch (new MeshFile(new TrustDomain("cluster.local"), "")
            .parse(MESH.getBytes(StandardCharsets.UTF_8), "mesh")) {
          case MeshFile.Parsed.Mesh(var parsed) -> parsed;
          case MeshFile.Parsed.Broken(var problems) -> throw new AssertionError(problems);
        };
    return new InboundTarget.Arrival(
            mesh,
            mesh.workload("shop", name).orElseThrow(),
            InetAddress.ofLiteral("10.0.2.2"),
            Set.of(15_001, 15_006, 15_008))
        .target(Authority.parse(authority).orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.2.2:8080, 8080",
    "10.0.2.2:1, 1",
    "api.shop:80, 8080",
    "API.shop:80, 8080",
  })
  void an_own_address_or_hostname_leads_to_the_own_address(String authority, int port) {
    assertThat(target(authority))
        .isInstanceOfSatisfying(
            InboundTarget.Local.class,
            local -> {
              assertThat(local.destination().getAddress().getHostAddress()).isEqualTo("10.0.2.2");
              assertThat(local.destination().getPort()).isEqualTo(port);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.2.3:8080, 400",
    "10.96.0.1:80, 400",
    "127.0.0.1:8080, 400",
    "api.shop:81, 503",
    "web.shop:80, 503",
    "nobody:80, 503",
    "10.0.2.2:15008, 503",
    "raw.shop:9, 503",
  })
  void anything_else_is_turned_away_with_upstreams_status(String authority, int status) {
    assertThat(target(authority))
        .isInstanceOfSatisfying(
            InboundTarget.Rejected.class,
            rejected -> assertThat(rejected.status()).isEqualTo(status));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":80",
        "host",
        "host:",
        "host:0",
        "host:65536",
        "host:-1",
        "host:+80",
        "host:8o",
        "::1:80",
        "[::1]",
        "[::1:80",
        "[10.0.0.1/8]:80",
        "1.2.3:80",
        "010.0.0.1:80",
        "10.0.0.1/8:80",
        "a b:80",
        "user@host:80",
        "h%20:80",
        "http://host:80"
      })
  void a_malformed_authority_is_no_authority(String text) {
    assertThat(Authority.parse(text)).isEmpty();
  }

  @Test
  void an_ipv6_authority_is_in_brackets() {
    assertThat(Authority.parse("[2001:db8::1]:443"))
        .contains(new Authority.ByAddress(InetAddress.ofLiteral("2001:db8::1"), 443));
  }

  @ParameterizedTest
  @CsvSource({
    // a waypoint takes what is addressed to the Services and workloads it serves, on its own
    // address
    "wp, 10.96.0.8:80, 80, ''",
    "wp, mine.shop:80, 8080, ''",
    "wp, 10.0.2.7:9090, 9090, ''",
    // an application that takes for others is told what was addressed, a hostname by its address
    "sandwich, 10.96.0.8:80, 15088, 10.96.0.8:80",
    "sandwich, mine.shop:80, 15088, 10.96.0.8:80",
    "sandwich, 203.0.113.1:443, 15088, 203.0.113.1:443",
    "sandwich, 10.0.2.2:443, 15088, 10.0.2.2:443",
  })
  void what_is_for_others_is_taken_by_who_serves_them(
      String name, String authority, int port, String announced) {
    assertThat(target(name, authority))
        .isInstanceOfSatisfying(
            InboundTarget.Local.class,
            local -> {
              assertThat(local.destination().getAddress().getHostAddress()).isEqualTo("10.0.2.2");
              assertThat(local.destination().getPort()).isEqualTo(port);
              var told = local.announced();
              assertThat(told == null ? "" : PortsFile.text(told)).isEqualTo(announced);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "wp, 10.96.0.1:80, 400",
    "wp, api.shop:80, 503",
    "api, 10.96.0.8:80, 400",
    "on-port, 10.0.2.2:80, 503",
  })
  void nobody_takes_what_is_for_others_without_serving_them(
      String name, String authority, int status) {
    assertThat(target(name, authority))
        .isInstanceOfSatisfying(
            InboundTarget.Rejected.class,
            rejected -> assertThat(rejected.status()).isEqualTo(status));
  }
}
