package dev.sluice.verify.node;

import java.util.Collection;

/// What a bed's pods and Services are in the words of the compiler (Kubernetes objects), of a
/// ztunnel (static mesh file) and of its capture.
final class BedMesh {

  private BedMesh() {}

  static String kubernetes(Collection<BedPod> pods, Collection<BedService> services) {
    var text = new StringBuilder();
    for (BedPod pod : pods) {
      text.append(
          """
          apiVersion: apps/v1
          kind: Deployment
          metadata: {name: %1$s, namespace: shop}
          spec:
            selector: {matchLabels: {app: %1$s}}
            template:
              metadata: {labels: {app: %1$s}}
              spec:
                serviceAccountName: %1$s
                containers: [{name: app, image: "registry.example/%1$s:1", ports: [{containerPort: 8080}]}]
          ---
          """
              .formatted(pod.name()));
    }
    for (BedService service : services) {
      text.append(
          """
          apiVersion: v1
          kind: Service
          metadata: {name: %1$s, namespace: shop}
          spec:
            selector: {app: %2$s}
            ports: [{name: http, port: 80, targetPort: 8080, appProtocol: http}]
          ---
          """
              .formatted(service.name(), service.endpoints().getFirst().name()));
    }
    return text.toString();
  }

  static String meshFile(Collection<BedPod> pods, Collection<BedService> services) {
    var text = new StringBuilder("workloads:\n");
    for (BedPod pod : pods) {
      text.append(
          """
          - {uid: "t//Pod/shop/%1$s", name: %1$s, namespace: shop, serviceAccount: %1$s, trustDomain: cluster.local,
             workloadIps: [%2$s, "%3$s"], protocol: %4$s, node: node%5$d, labels: {app: %1$s}, services: {%6$s}}
          """
              .formatted(
                  pod.name(),
                  pod.ip(),
                  pod.ip6(),
                  pod.isCaptured() ? "HBONE" : "TCP",
                  pod.node(),
                  memberships(pod, services)));
    }
    text.append(services.isEmpty() ? "services: []\n" : "services:\n");
    for (BedService service : services) {
      text.append(
          """
          - {name: %1$s, namespace: shop, hostname: %2$s, vips: [/%3$s, "/%4$s"], ports: {80: 8080}}
          """
              .formatted(service.name(), service.hostname(), service.vip(), service.vip6()));
    }
    return text.toString();
  }

  private static String memberships(BedPod pod, Collection<BedService> services) {
    return String.join(
        ", ",
        services.stream()
            .filter(service -> service.endpoints().contains(pod))
            .map(service -> "shop/" + service.hostname() + ": {80: 8080}")
            .toList());
  }

  static String capture(Collection<BedPod> pods) {
    var text = new StringBuilder("pods:");
    pods.forEach(pod ->
        text.append(
            "\n- {workload: %s, serviceAccount: %s, netns: %s}"
                .formatted(pod.key(), pod.name(), pod.netns().path())));
    return text.append(pods.isEmpty() ? " []\n" : "\n").toString();
  }
}
