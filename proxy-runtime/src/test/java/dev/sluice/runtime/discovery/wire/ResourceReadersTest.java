package dev.sluice.runtime.discovery.wire;

import static dev.sluice.runtime.discovery.wire.Messages.ip;
import static dev.sluice.runtime.discovery.wire.Messages.pod;
import static dev.sluice.runtime.discovery.wire.Messages.port;
import static dev.sluice.runtime.discovery.wire.Messages.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UInt32Value;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.bundle.UnknownLabels;
import dev.sluice.runtime.discovery.wire.WorkloadReader.NamedPolicies;
import dev.sluice.runtime.mesh.GatewayAddress;
import dev.sluice.runtime.mesh.Service.HealthPolicy;
import dev.sluice.runtime.mesh.Service.Mode;
import dev.sluice.runtime.mesh.Service.Preference;
import dev.sluice.runtime.mesh.Service.Standing;
import dev.sluice.runtime.mesh.Workload.Handling;
import dev.sluice.runtime.mesh.Workload.Health;
import dev.sluice.runtime.mesh.Workload.NetworkMode;
import dev.sluice.runtime.mesh.Workload.Protocol;
import dev.sluice.schemas.istio.workload.ApplicationTunnel;
import dev.sluice.schemas.istio.workload.LoadBalancing;
import dev.sluice.schemas.istio.workload.NamespacedHostname;
import dev.sluice.schemas.istio.workload.NetworkAddress;
import dev.sluice.schemas.istio.workload.Service;
import dev.sluice.schemas.istio.workload.Visibility;
import dev.sluice.schemas.istio.workload.Workload;
import dev.sluice.schemas.istio.workload.WorkloadStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResourceReadersTest {

  private static dev.sluice.runtime.mesh.Workload read(Workload.Builder message) throws Refused {
    return WorkloadReader.read(message.build(), NamedPolicies.KEPT);
  }

  private static dev.sluice.runtime.mesh.Service read(Service.Builder message) throws Refused {
    return ServiceReader.read(message.build());
  }

  private static void assertRefused(Workload.Builder message, String reason) {
    assertThatThrownBy(() -> read(message))
        .isInstanceOf(Refused.class)
        .hasMessageContaining(reason);
  }

  private static void assertRefused(Service.Builder message, String reason) {
    assertThatThrownBy(() -> read(message))
        .isInstanceOf(Refused.class)
        .hasMessageContaining(reason);
  }

  @Test
  void what_a_workload_leaves_out_means_what_it_means_upstream() throws Refused {
    var workload = read(Workload.newBuilder().setUid("u").setName("web").setNamespace("shop"));

    assertThat(workload.identity()).isEqualTo(SpiffeId.of("cluster.local", "shop", "default"));
    assertThat(workload.protocol()).isEqualTo(Protocol.TCP);
    assertThat(workload.handling()).isEqualTo(new Handling.ByProxy());
    assertThat(workload.health()).isEqualTo(Health.HEALTHY);
    assertThat(workload.networkMode()).isEqualTo(NetworkMode.STANDARD);
    assertThat(workload.capacity()).isEqualTo(1);
    assertThat(workload.origin().cluster()).isEqualTo("Kubernetes");
    assertThat(workload.labels()).isEqualTo(UnknownLabels.LABELS);
    assertThat(workload.waypoint()).isNull();
  }

  @Test
  void everything_a_workload_says_is_kept() throws Refused {
    var gateway =
        dev.sluice.schemas.istio.workload.GatewayAddress.newBuilder()
            .setAddress(NetworkAddress.newBuilder().setNetwork("n").setAddress(ip("10.0.0.9")))
            .setHboneMtlsPort(15_009)
            .build();
    var workload =
        read(
            pod("shop", "web", "10.0.0.1", "n1")
                .addAddresses(ip("fd00::1"))
                .setTrustDomain("other.example")
                .setNetwork("n")
                .setStatus(WorkloadStatus.UNHEALTHY)
                .setNetworkMode(dev.sluice.schemas.istio.workload.NetworkMode.HOST_NETWORK)
                .setCapacity(UInt32Value.of(7))
                .setWaypoint(gateway)
                .setNetworkGateway(gateway)
                .setApplicationTunnel(
                    ApplicationTunnel.newBuilder()
                        .setProtocol(ApplicationTunnel.Protocol.PROXY)
                        .setPort(15_088))
                .putServices("shop/web.shop", port(80, 8080))
                .addAuthorizationPolicies("shop/p"));

    assertThat(workload.identity()).isEqualTo(SpiffeId.of("other.example", "shop", "web"));
    assertThat(workload.addresses()).hasSize(2);
    assertThat(workload.health()).isEqualTo(Health.UNHEALTHY);
    assertThat(workload.networkMode()).isEqualTo(NetworkMode.HOST_NETWORK);
    assertThat(workload.capacity()).isEqualTo(7);
    assertThat(workload.waypoint()).hasToString("n/10.0.0.9:15009");
    assertThat(workload.networkGateway()).isEqualTo(workload.waypoint());
    assertThat(workload.handling()).isEqualTo(new Handling.ProxyHeader(15_088));
    assertThat(workload.services()).isEqualTo(Map.of("shop/web.shop", Map.of(80, 8080)));
    assertThat(workload.labels()).isEqualTo(Map.of("app", "web"));
    assertThat(workload.authorizationPolicies()).containsExactly("shop/p");
  }

  @Test
  void policies_that_are_not_asked_for_are_not_named() throws Refused {
    var message = pod("shop", "web", "10.0.0.1", "n1").addAuthorizationPolicies("shop/p").build();

    assertThat(WorkloadReader.read(message, NamedPolicies.DROPPED).authorizationPolicies())
        .isEmpty();
  }

  @Test
  void a_malformed_workload_is_refused_with_the_field() {
    assertRefused(Workload.newBuilder().setName("web").setNamespace("shop"), "`uid` is missing");
    assertRefused(pod("", "web", "10.0.0.1", "n1"), "invalid identity");
    assertRefused(
        pod("shop", "web", "10.0.0.1", "n1").setTrustDomain("Not Valid"), "invalid trust domain");
    assertRefused(
        pod("shop", "web", "10.0.0.1", "n1").addAddresses(ByteString.copyFromUtf8("abc")),
        "an address of 3 bytes");
    assertRefused(
        pod("shop", "web", "10.0.0.1", "n1").setTunnelProtocolValue(5), "unknown value 5");
    assertRefused(pod("shop", "web", "10.0.0.1", "n1").setStatusValue(5), "unknown value 5");
    assertRefused(pod("shop", "web", "10.0.0.1", "n1").setNetworkModeValue(5), "unknown value 5");
    assertRefused(
        pod("shop", "web", "10.0.0.1", "n1")
            .setWaypoint(dev.sluice.schemas.istio.workload.GatewayAddress.newBuilder()),
        "`waypoint` leads nowhere");
    assertRefused(
        pod("shop", "web", "10.0.0.1", "n1").putServices("api.shop", port(80, 8080)),
        "is not `namespace/hostname`");
    assertRefused(
        pod("shop", "web", "10.0.0.1", "n1").putServices("shop/api.shop", port(80, 70_000)),
        "70000 is no port");
  }

  @Test
  void what_a_service_says_is_kept() throws Refused {
    var read =
        read(
            service("shop", "api", "10.96.0.1", 80, 8080)
                .addAddresses(NetworkAddress.newBuilder().setAddress(ip("10.97.0.0")).setLength(16))
                .addSubjectAltNames("spiffe://cluster.local/ns/shop/sa/api")
                .addSubjectAltNames("api.example.com")
                .setCanonical(true)
                .setVisibility(Visibility.NAMESPACE)
                .setWaypoint(
                    dev.sluice.schemas.istio.workload.GatewayAddress.newBuilder()
                        .setHostname(
                            NamespacedHostname.newBuilder()
                                .setNamespace("shop")
                                .setHostname("waypoint.shop")))
                .setLoadBalancing(
                    LoadBalancing.newBuilder()
                        .addRoutingPreference(LoadBalancing.Scope.NETWORK)
                        .addRoutingPreference(LoadBalancing.Scope.ZONE)
                        .setMode(LoadBalancing.Mode.FAILOVER)
                        .setHealthPolicy(LoadBalancing.HealthPolicy.ALLOW_ALL)));

    assertThat(read.key()).isEqualTo("shop/api.shop");
    assertThat(read.vips()).hasSize(1);
    assertThat(read.blocks()).hasSize(1);
    assertThat(read.ports()).isEqualTo(Map.of(80, 8080));
    assertThat(read.subjectAltNames()).containsExactly(SpiffeId.of("cluster.local", "shop", "api"));
    assertThat(read.standing()).isEqualTo(Standing.CANONICAL);
    assertThat(read.waypoint())
        .isEqualTo(
            new GatewayAddress(
                new GatewayAddress.Destination.ByHostname("shop", "waypoint.shop"), 15_008));
    assertThat(read.loadBalancing().preferences())
        .isEqualTo(List.of(Preference.NETWORK, Preference.ZONE));
    assertThat(read.loadBalancing().mode()).isEqualTo(Mode.FAILOVER);
    assertThat(read.loadBalancing().healthPolicy()).isEqualTo(HealthPolicy.ALLOW_ALL);
  }

  @Test
  void a_malformed_service_is_refused_with_the_field() {
    assertRefused(Service.newBuilder().setNamespace("shop"), "`hostname` is missing");
    assertRefused(Service.newBuilder().setHostname("api"), "`namespace` is missing");
    assertRefused(service("shop", "api", "10.96.0.1", 0, 8080), "`service_port` 0 is no port");
    assertRefused(
        service("shop", "api", "10.96.0.1", 80, 0)
            .addAddresses(NetworkAddress.newBuilder().setAddress(ip("10.0.0.0")).setLength(33)),
        "a prefix of 33 bits");
    assertRefused(
        service("shop", "api", "10.96.0.1", 80, 0)
            .setLoadBalancing(
                LoadBalancing.newBuilder()
                    .addRoutingPreference(LoadBalancing.Scope.UNSPECIFIED_SCOPE)),
        "unknown scope");
    assertRefused(
        service("shop", "api", "10.96.0.1", 80, 0).setIpFamiliesValue(9), "unknown value 9");
  }
}
