package dev.sluice.runtime.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.index.IndexedDecider;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.MtlsRequirement;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.runtime.mesh.Workload.Handling;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The local file of Istio's ztunnel, as it is written for it.
class UpstreamLocalFileTest {

  private static final String FILE =
      """
      workloads:
      - uid: c1//Pod/shop/web
        name: web
        namespace: shop
        serviceAccount: web
        trustDomain: cluster.local
        clusterId: Kubernetes
        workloadIps: ["10.0.1.2"]
        protocol: HBONE
        node: node1
        canonicalName: web
        canonicalRevision: v1
        services: {}
      - uid: c1//Pod/shop/api
        name: api
        namespace: shop
        serviceAccount: api
        trustDomain: cluster.local
        workloadIps: ["10.0.2.2", "fd00::2:2"]
        protocol: HBONE
        networkMode: Standard
        network: ""
        workloadType: deployment
        status: Healthy
        capacity: 4
        locality: {region: r1, zone: z1, subzone: s1}
        authorizationPolicies: ["shop/api-only-web"]
        services:
          "shop/api.shop.svc.cluster.local":
            80: 8080
      - uid: c1//Pod/shop/sandwich
        name: sandwich
        namespace: shop
        serviceAccount: sandwich
        trustDomain: cluster.local
        workloadIps: ["10.0.2.9"]
        protocol: HBONE
        applicationTunnel: {protocol: PROXY, port: 15088}
        services: {}
      - uid: c1//Pod/kube-system/cni
        name: cni
        namespace: kube-system
        trustDomain: cluster.local
        workloadIps: ["10.0.0.1"]
        networkMode: HostNetwork
        protocol: TCP
        services: {}
      - uid: c2//Pod/shop/api
        name: api-far
        namespace: shop
        serviceAccount: api
        trustDomain: cluster.local
        clusterId: c2
        network: net2
        workloadIps: []
        protocol: HBONE
        networkGateway: {destination: "net2/192.0.2.9", hboneMtlsPort: 15009}
        services: {"shop/api.shop.svc.cluster.local": {80: 8080}}
      - uid: c1/networking.istio.io/ServiceEntry/shop/outside/example.com
        name: outside
        namespace: shop
        trustDomain: cluster.local
        workloadIps: []
        hostname: example.com
        services: {"shop/outside.example": {443: 443}}
      services:
      - name: api
        namespace: shop
        hostname: api.shop.svc.cluster.local
        vips: ["/10.96.0.10", "net2/10.96.0.10"]
        ports: {80: 8080}
        canonical: true
        ipFamilies: IPv4
        subjectAltNames: ["spiffe://cluster.local/ns/shop/sa/api"]
        waypoint: {destination: "shop/waypoint.shop.svc.cluster.local", hboneMtlsPort: 15008}
        loadBalancer: {routingPreferences: [Network, Region, Zone], mode: Failover, healthPolicy: OnlyHealthy}
      - name: outside
        namespace: shop
        hostname: outside.example
        vips: ["/240.240.0.1"]
        ports: {443: 443}
      policies:
      - name: api-only-web
        namespace: shop
        scope: WorkloadSelector
        action: Allow
        dryRun: false
        rules:
        - - - principals:
              - !Exact cluster.local/ns/shop/sa/web
              destinationPorts: [8080]
      - name: no-lurkers
        namespace: istio-system
        scope: Global
        action: Deny
        dryRun: false
        rules:
        - - - namespaces:
              - !Prefix evil-
              - !Suffix -lab
            - sourceIps: ["192.0.2.0/24"]
          - - notPrincipals:
              - !Exact cluster.local/ns/evil-one/sa/guard
        - - - {}
      - name: rehearsal
        namespace: shop
        scope: Namespace
        action: Deny
        dryRun: true
        rules:
        - - - notPrincipals:
              - !Presence []
      """;

  private final StaticMesh mesh = MeshFileTest.mesh(FILE);

  private Workload workload(String name) {
    return mesh.workload("shop", name).orElseThrow();
  }

  @Test
  void every_key_that_decides_something_is_in_the_model() {
    Workload api = workload("api");
    assertThat(api.capacity()).isEqualTo(4);
    assertThat(api.origin().locality()).isEqualTo(new Workload.Locality("r1", "z1", "s1"));
    assertThat(api.origin().workloadType()).isEqualTo("deployment");
    assertThat(workload("sandwich").handling()).isEqualTo(new Handling.ProxyHeader(15_088));
    assertThat(workload("api-far").networkGateway()).hasToString("net2/192.0.2.9:15009");
    assertThat(workload("outside").hostname()).isEqualTo("example.com");

    Service service = mesh.service("shop", "api").orElseThrow();
    assertThat(service.waypoint()).hasToString("shop/waypoint.shop.svc.cluster.local:15008");
    assertThat(service.ipFamilies()).isEqualTo(Service.IpFamilies.IPV4);
    assertThat(service.standing()).isEqualTo(Service.Standing.CANONICAL);
    assertThat(service.loadBalancing().mode()).isEqualTo(Service.Mode.FAILOVER);
    assertThat(service.subjectAltNames())
        .containsExactly(SpiffeId.of("cluster.local", "shop", "api"));
  }

  @Test
  void addresses_mean_something_in_their_network_only() {
    var vip = InetAddress.ofLiteral("10.96.0.10");
    assertThat(mesh.serviceByVip(vip, "shop")).isPresent();
    assertThat(mesh.serviceByVip(new NetworkAddress("net2", vip), "shop")).isPresent();
    assertThat(mesh.serviceByVip(new NetworkAddress("net3", vip), "shop")).isEmpty();
    // an address of the host belongs to no pod
    assertThat(mesh.workload(InetAddress.ofLiteral("10.0.0.1"))).isEmpty();
  }

  @Test
  void endpoints_of_other_networks_are_candidates_but_cannot_be_dialled() {
    Service service = mesh.service("shop", "api").orElseThrow();
    assertThat(mesh.candidates(service, 80))
        .extracting(endpoint -> endpoint.workload().name())
        .containsExactly("api", "api-far");
    assertThat(mesh.endpoints(service, 80))
        .extracting(endpoint -> endpoint.workload().name())
        .containsExactly("api");
    Service outside = mesh.service("shop", "outside").orElseThrow();
    assertThat(mesh.candidates(outside, 443)).hasSize(1);
    assertThat(mesh.endpoints(outside, 443)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // the one principal, on the one port
    "cluster.local/ns/shop/sa/web, 10.0.1.2, 8080, true",
    "cluster.local/ns/shop/sa/web, 10.0.1.2, 9090, false",
    "cluster.local/ns/shop/sa/other, 10.0.1.2, 8080, false",
    "'', 10.0.1.2, 8080, false",
    // both clauses of the global denial: one of the matches of each
    "cluster.local/ns/shop/sa/web, 192.0.2.7, 8080, false",
  })
  void policies_decide_as_upstream_says(
      String principal, String source, int port, boolean allowed) {
    assertThat(decide("api", principal, source, port)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    // no policy of its own: only the denial of the mesh
    "cluster.local/ns/shop/sa/other, 10.0.1.2, true",
    "cluster.local/ns/evil-two/sa/x, 10.0.1.2, false",
    "cluster.local/ns/color-lab/sa/x, 10.0.1.2, false",
    "cluster.local/ns/evil-one/sa/guard, 10.0.1.2, true",
    // a clause of empty matches never holds, so the second rule denies nobody
    "'', 10.0.1.2, true",
  })
  void a_rule_needs_every_clause_and_a_clause_one_match(
      String principal, String source, boolean allowed) {
    assertThat(decide("web", principal, source, 80)).isEqualTo(allowed);
  }

  private boolean decide(String name, String principal, String source, int port) {
    Workload workload = workload(name);
    var peer =
        SpiffeId.parsePrincipal(principal).<Peer>map(Peer.Identified::new).orElse(Peer.anonymous());
    List<AuthorizationPolicy> enforced = mesh.policiesOf(workload).enforced();
    var set = new PolicySet(enforced, List.of(), MtlsRequirement.permissive(), List.of());
    return IndexedDecider.of(set)
        .decide(
            new Connection(
                peer,
                InetAddress.ofLiteral(source),
                new AddressPort(workload.addresses().getFirst(), port),
                null))
        .allows();
  }

  @Test
  void a_dry_run_is_kept_apart_from_what_is_enforced() {
    var applied = mesh.policiesOf(workload("web"));
    assertThat(applied.onTrial())
        .extracting(policy -> policy.id().name())
        .containsExactly("rehearsal");
    assertThat(applied.enforced())
        .extracting(policy -> policy.id().name())
        .containsExactly("no-lurkers");
  }

  @Test
  void a_policy_that_is_named_but_not_there_breaks_the_file() {
    var format = new MeshFile(new TrustDomain("cluster.local"), "");
    var text = FILE.replace("[\"shop/api-only-web\"]", "[\"shop/gone\"]");
    assertThat(format.parse(text.getBytes(StandardCharsets.UTF_8), "mesh"))
        .isInstanceOfSatisfying(
            MeshFile.Parsed.Broken.class,
            broken ->
                assertThat(broken.problems())
                    .singleElement()
                    .asString()
                    .contains("`shop/api` names no policy by `shop/gone`"));
  }
}
