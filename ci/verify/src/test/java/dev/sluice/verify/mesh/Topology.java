package dev.sluice.verify.mesh;

/// The mesh as the compiler reads it (Kubernetes objects) and as the proxies read it (static mesh
/// file).
final class Topology {

  private Topology() {}

  /// Deployments, Services and the waypoint of the `api`.
  static String kubernetes() {
    var text = new StringBuilder();
    for (Pod pod : Pod.values()) {
      if (pod == Pod.WAYPOINT) {
        continue;
      }
      text.append(workload(pod));
    }
    return text.append(
            """
            apiVersion: gateway.networking.k8s.io/v1
            kind: Gateway
            metadata: {name: waypoint, namespace: shop}
            spec:
              gatewayClassName: istio-waypoint
              listeners: [{name: mesh, port: 15008, protocol: HBONE}]
            """)
        .toString();
  }

  private static String workload(Pod pod) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: %1$s, namespace: %2$s}
    spec:
      selector: {matchLabels: {app: %1$s}}
      template:
        metadata: {labels: {app: %1$s}}
        spec:
          serviceAccountName: %1$s
          containers: [{name: app, image: "registry.example/%1$s:1", ports: [{containerPort: 8080}]}]
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: %1$s, namespace: %2$s%3$s}
    spec:
      selector: {app: %1$s}
      ports: [{name: http, port: 80, targetPort: 8080, appProtocol: http}]
    ---
    """
        .formatted(
            pod.account(),
            pod.namespace(),
            pod == Pod.API ? ", labels: {istio.io/use-waypoint: waypoint}" : "");
  }

  /// Workloads with their addresses in `network`, Services with their VIPs.
  static String meshFile(String network) {
    var text = new StringBuilder("workloads:\n");
    for (Pod pod : Pod.values()) {
      text.append(
          """
          - {uid: "t//Pod/%2$s/%1$s", name: %1$s, namespace: %2$s, serviceAccount: %1$s, trustDomain: cluster.local,
             workloadIps: [%3$s], protocol: HBONE, node: %4$s, labels: {app: %1$s}, services: {%5$s}}
          """
              .formatted(
                  pod.account(),
                  pod.namespace(),
                  pod.address(network),
                  pod.node(),
                  Pod.SERVERS.contains(pod) ? hostname(pod) + ": {80: 8080}" : ""));
    }
    text.append("services:\n");
    for (Pod pod : Pod.SERVERS) {
      text.append(
          """
          - {name: %1$s, namespace: %2$s, hostname: %1$s.%2$s.svc.cluster.local, vips: [/%3$s], ports: {80: 8080},
             appProtocols: {80: http}%4$s}
          """
              .formatted(
                  pod.account(),
                  pod.namespace(),
                  pod.vip(),
                  pod == Pod.API
                      ? ", waypoint: {destination: /%s, hboneMtlsPort: 15008}"
                          .formatted(Pod.WAYPOINT.address(network))
                      : ""));
    }
    return text.append(
            """
            waypoints:
            - {namespace: shop, name: waypoint, serviceAccount: waypoint, trustDomain: cluster.local, workload: t//Pod/shop/waypoint}
            """)
        .toString();
  }

  private static String hostname(Pod pod) {
    return "%s/%s.%s.svc.cluster.local".formatted(pod.namespace(), pod.account(), pod.namespace());
  }

  /// Explicit listeners of a node: each client for each server by Service and by pod address, and
  /// the plaintext ports of the servers.
  static String capture(String node, String network, int apiPort, int ledgerPort) {
    return node.equals("n1") ? outbound(network) : inbound(network, apiPort, ledgerPort);
  }

  private static String outbound(String network) {
    var text = new StringBuilder("outbound:\n");
    for (Pod client : Pod.CLIENTS) {
      for (Pod server : Pod.SERVERS) {
        for (String destination :
            new String[] {server.vip() + ":80", server.address(network) + ":8080"}) {
          text.append(
              "- {workload: %s, listen: \"%s:0\", destination: \"%s\"}\n"
                  .formatted(client.key(), client.address(network), destination));
        }
      }
    }
    return text.toString();
  }

  private static String inbound(String network, int apiPort, int ledgerPort) {
    return """
    inbound:
    - {workload: shop/api, listen: "%s:8080", port: 8080, app: "127.0.0.1:%d"}
    - {workload: pay/ledger, listen: "%s:8080", port: 8080, app: "127.0.0.1:%d"}
    """
        .formatted(Pod.API.address(network), apiPort, Pod.LEDGER.address(network), ledgerPort);
  }
}
