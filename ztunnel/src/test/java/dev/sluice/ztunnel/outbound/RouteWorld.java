package dev.sluice.ztunnel.outbound;

import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.WaypointBinding;
import dev.sluice.runtime.bundle.BundleFacts;
import dev.sluice.runtime.bundle.PolicySnapshot;
import dev.sluice.runtime.mesh.MeshFile;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.process.Environment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// A mesh with something of everything that routes depend on, and routes as texts.
final class RouteWorld {

  private RouteWorld() {}

  static final String MESH =
      """
      workloads:
      - {name: web, namespace: shop, serviceAccount: web, workloadIps: [10.0.1.1],
         protocol: HBONE, services: {}}
      - {name: api-1, namespace: shop, serviceAccount: api, workloadIps: [10.0.2.1],
         protocol: HBONE, services: {shop/api.shop: {80: 8080}}}
      - {name: api-2, namespace: shop, serviceAccount: api, workloadIps: [10.0.2.2],
         protocol: HBONE, services: {shop/api.shop: {80: 9090}}}
      - {name: api-sick, namespace: shop, serviceAccount: api, workloadIps: [10.0.2.3],
         status: Unhealthy, services: {shop/api.shop: {}}}
      - {name: old, namespace: shop, workloadIps: [10.0.3.1], services: {shop/old.shop: {}}}
      - {name: orders, namespace: shop, serviceAccount: orders, workloadIps: [10.0.4.1],
         protocol: HBONE, services: {shop/orders.shop: {}},
         waypoint: {destination: /10.0.9.9, hboneMtlsPort: 15008}}
      - {uid: wp, name: wp, namespace: shop, serviceAccount: wp, workloadIps: [10.0.9.9],
         protocol: HBONE, services: {}}
      - {uid: wp-1, name: wp-1, namespace: shop, serviceAccount: wps, workloadIps: [10.0.9.1],
         protocol: HBONE, services: {shop/wps.shop: {}}}
      - {uid: wp-far, name: wp-far, namespace: shop, serviceAccount: wps, network: far,
         workloadIps: [], services: {shop/wpf.shop: {}},
         networkGateway: {destination: far/192.0.2.1, hboneMtlsPort: 15009}}
      - {name: byname, namespace: shop, serviceAccount: byname, workloadIps: [10.0.4.2],
         protocol: HBONE, services: {}, waypoint: {destination: shop/wps.shop, hboneMtlsPort: 15008}}
      - {name: farpod, namespace: shop, serviceAccount: byname, workloadIps: [10.0.4.3],
         protocol: HBONE, services: {}, waypoint: {destination: shop/wpf.shop, hboneMtlsPort: 15008}}
      - {name: stray, namespace: shop, workloadIps: [10.0.4.4], services: {},
         waypoint: {destination: /10.9.9.9, hboneMtlsPort: 15008}}
      - {name: distant, namespace: shop, serviceAccount: distant, network: far, workloadIps: [],
         protocol: HBONE, services: {shop/far.shop: {80: 8080}, shop/anon.shop: {80: 8080}},
         networkGateway: {destination: far/192.0.2.1, hboneMtlsPort: 15009}}
      - {name: cutoff, namespace: shop, serviceAccount: distant, network: far, workloadIps: [],
         protocol: HBONE, services: {shop/cut.shop: {80: 8080}},
         networkGateway: {destination: far/192.0.2.99, hboneMtlsPort: 15009}}
      - {uid: egw, name: egw, namespace: istio-system, serviceAccount: egw, network: far,
         workloadIps: [192.0.2.1], protocol: HBONE, services: {}}
      - {name: two, namespace: shop, serviceAccount: two, workloadIps: ["10.0.5.1", "fd00::5:1"],
         protocol: HBONE, services: {shop/two.shop: {80: 8080}, shop/six.shop: {80: 8080}}}
      - {name: named, namespace: shop, workloadIps: [], hostname: example.com,
         services: {shop/ext.shop: {443: 8443}}}
      - {name: headless-0, namespace: shop, serviceAccount: h, workloadIps: [10.0.6.1],
         protocol: HBONE, services: {shop/headless.shop: {80: 8080}}}
      - {name: tunnelled, namespace: shop, serviceAccount: t, workloadIps: [10.0.7.1],
         protocol: HBONE, applicationTunnel: {protocol: PROXY, port: 15088},
         services: {shop/sand.shop: {}}}
      services:
      - {name: wps, namespace: shop, hostname: wps.shop, vips: [/10.96.1.1], ports: {15008: 15088},
         subjectAltNames: ["spiffe://cluster.local/ns/shop/sa/wps-next"]}
      - {name: wpf, namespace: shop, hostname: wpf.shop, vips: [/10.96.1.2], ports: {15008: 15008},
         subjectAltNames: ["spiffe://cluster.local/ns/shop/sa/wps"]}
      - {name: behind, namespace: shop, hostname: behind.shop, vips: [/10.96.1.3], ports: {80: 8080},
         waypoint: {destination: shop/wps.shop, hboneMtlsPort: 15008}}
      - {name: farwp, namespace: shop, hostname: farwp.shop, vips: [/10.96.1.4], ports: {80: 8080},
         waypoint: {destination: shop/wpf.shop, hboneMtlsPort: 15008}}
      - {name: far, namespace: shop, hostname: far.shop, vips: [/10.96.1.5], ports: {80: 8080},
         subjectAltNames: ["spiffe://cluster.local/ns/shop/sa/distant"]}
      - {name: anon, namespace: shop, hostname: anon.shop, vips: [/10.96.1.6], ports: {80: 8080}}
      - {name: cut, namespace: shop, hostname: cut.shop, vips: [/10.96.1.7], ports: {80: 8080},
         subjectAltNames: ["spiffe://cluster.local/ns/shop/sa/distant"]}
      - {name: through, namespace: shop, hostname: through.shop, vips: [/10.96.1.8],
         ports: {80: 8080},
         loadBalancer: {routingPreferences: [], mode: Passthrough, healthPolicy: OnlyHealthy}}
      - {name: two, namespace: shop, hostname: two.shop, vips: [/10.96.1.9], ports: {80: 8080}}
      - {name: six, namespace: shop, hostname: six.shop, vips: [/10.96.1.10], ports: {80: 8080},
         ipFamilies: IPv6}
      - {name: ext, namespace: shop, hostname: ext.shop, vips: [/240.240.0.1], ports: {443: 443}}
      - {name: block, namespace: shop, hostname: block.shop, vips: [], cidrVips: [/172.20.0.0/16],
         ports: {80: 8080}, waypoint: {destination: shop/wps.shop, hboneMtlsPort: 15008}}
      - {name: headless, namespace: shop, hostname: headless.shop, vips: [], ports: {80: 8080}}
      - {name: sand, namespace: shop, hostname: sand.shop, vips: [/10.96.1.11], ports: {80: 0}}
      - {name: both, namespace: shop, hostname: both.shop, vips: [/10.0.6.1], ports: {9: 8080}}
      - {name: shared-x, namespace: x, hostname: shared, vips: [/10.96.1.12], ports: {80: 1}}
      - {name: shared-y, namespace: y, hostname: shared, vips: [/10.96.1.12], ports: {80: 2},
         canonical: true, loadBalancer: {routingPreferences: [], mode: Passthrough}}
      - {name: api, namespace: shop, hostname: api.shop, vips: [/10.96.0.1], ports: {80: 7777},
         subjectAltNames: ["spiffe://cluster.local/ns/shop/sa/api-next"]}
      - {name: old, namespace: shop, hostname: old.shop, vips: [/10.96.0.2], ports: {80: 8080}}
      - {name: orders, namespace: shop, hostname: orders.shop, vips: [/10.96.0.3],
         ports: {80: 8080}, waypoint: {destination: /10.0.9.9, hboneMtlsPort: 15088}}
      - {name: empty, namespace: shop, hostname: empty.shop, vips: [/10.96.0.4], ports: {80: 8080}}
      - {name: lost, namespace: shop, hostname: lost.shop, vips: [/10.96.0.5], ports: {80: 8080},
         waypoint: {destination: shop/gone.shop, hboneMtlsPort: 15008}}
      - {name: private, namespace: payments, hostname: private, vips: [/10.96.0.6],
         ports: {80: 8080}, visibility: Namespace}
      waypoints:
      - {namespace: shop, name: waypoint, serviceAccount: wp, trustDomain: cluster.local,
         workload: wp}
      """;

  static final RouteChooser CHOOSER = new RouteChooser(15_008, Set.of(15_001, 15_006, 15_008));

  static StaticMesh mesh() {
    var format = new MeshFile(new TrustDomain("cluster.local"), "");
    return switch (format.parse(MESH.getBytes(StandardCharsets.UTF_8), "mesh")) {
      case MeshFile.Parsed.Mesh(var mesh) -> mesh;
      case MeshFile.Parsed.Broken(var problems) -> throw new AssertionError(problems);
    };
  }

  static PolicySnapshot policy(WaypointBinding... bindings) {
    var facts = new BundleFacts(0, 1, "d", "s", "", Instant.EPOCH, Instant.MAX, Instant.EPOCH);
    var facts0 =
        new PolicyShard.MeshFacts(
            new TrustDomain("cluster.local"),
            List.of(),
            PolicyShard.PathNormalization.MERGE_SLASHES);
    return PolicySnapshot.of(
        1,
        facts,
        new PolicyShard(
            new PolicyShard.EnforcementPoint.Ztunnel(),
            facts0,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(bindings),
            List.of()));
  }

  static Route route(String source, String destination, PolicySnapshot policy) {
    var mesh = mesh();
    return CHOOSER.choose(
        new RouteChooser.Query(
            mesh,
            policy,
            mesh.workload("shop", source).orElseThrow(),
            Environment.parseAddress(destination).orElseThrow()),
        0);
  }

  static Route route(String destination) {
    return route("web", destination, policy());
  }

  static String text(Route route) {
    return switch (route) {
      case Route.ViaWaypoint(var tunnel, var waypoint, var _, var _) ->
          "waypoint " + waypoint.name() + " " + dial(tunnel);
      case Route.ViaNetworkGateway(var tunnel, var inner, var gateway, var _, var _) ->
          "gateway " + gateway.name() + " " + dial(tunnel) + " " + inner;
      case Route.Unresolved unresolved ->
          "name " + unresolved.hostname() + " " + unresolved.endpoint().port();
      case Route.ViaHbone(var tunnel, var workload, var _, var _) ->
          "hbone " + workload.name() + " " + dial(tunnel);
      case Route.Passthrough(var destination, var _, var _) -> "plain " + destination;
      case Route.Refused(var reason, var _) -> "refused " + reason;
    };
  }

  static String dial(Route.Tunnel tunnel) {
    return tunnel.dial() + " " + tunnel.authority();
  }
}
