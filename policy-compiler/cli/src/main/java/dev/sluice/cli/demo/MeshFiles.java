package dev.sluice.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes what the proxies read besides the bundle: the static mesh file and the capture files.
record MeshFiles(DemoFolder folder, Addresses addresses) {

  private static final ObjectMapper YAML =
      new ObjectMapper(new YAMLFactory().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER));

  /// Writes all files.
  ///
  /// @param apps where the application of each pod listens
  void write(Map<Shop.Pod, InetSocketAddress> apps) throws IOException {
    Files.writeString(folder.meshFile(), YAML.writeValueAsString(mesh()));
    for (Shop.Role role : List.of(Shop.Role.NODE1, Shop.Role.NODE2)) {
      Files.writeString(folder.captureFile(role), YAML.writeValueAsString(capture(role, apps)));
    }
  }

  /// The mesh as a static mesh file describes it.
  Map<String, Object> mesh() {
    var mesh = new LinkedHashMap<String, Object>();
    mesh.put("workloads", Shop.PODS.stream().map(this::workload).toList());
    mesh.put("services", Shop.SERVICES.stream().map(this::service).toList());
    mesh.put(
        "waypoints",
        List.of(
            Map.of(
                "namespace", Shop.WAYPOINT.namespace(),
                "name", Shop.WAYPOINT.name(),
                "serviceAccount", Shop.WAYPOINT.account(),
                "trustDomain", Shop.TRUST_DOMAIN,
                "workload", Shop.WAYPOINT.uid())));
    return mesh;
  }

  private Map<String, Object> workload(Shop.Pod pod) {
    var workload = new LinkedHashMap<String, Object>();
    workload.put("uid", pod.uid());
    workload.put("name", pod.name());
    workload.put("namespace", pod.namespace());
    workload.put("serviceAccount", pod.account());
    workload.put("trustDomain", Shop.TRUST_DOMAIN);
    workload.put("clusterId", "demo");
    workload.put("workloadIps", List.of(addresses.of(pod)));
    workload.put("protocol", "HBONE");
    workload.put("node", pod.proxy().node());
    workload.put("canonicalName", pod.app());
    workload.put("canonicalRevision", pod.labels().getOrDefault("version", "v1"));
    workload.put("labels", pod.labels());
    var services = new LinkedHashMap<String, Object>();
    for (Shop.Service service : Shop.SERVICES) {
      if (service.pods().contains(pod)) {
        services.put(
            service.namespace() + "/" + service.hostname(),
            Map.of(Shop.SERVICE_PORT, Shop.APP_PORT));
      }
    }
    workload.put("services", services);
    return workload;
  }

  private Map<String, Object> service(Shop.Service service) {
    var entry = new LinkedHashMap<String, Object>();
    entry.put("name", service.name());
    entry.put("namespace", service.namespace());
    entry.put("hostname", service.hostname());
    entry.put("vips", List.of("/" + service.vip()));
    entry.put("ports", Map.of(Shop.SERVICE_PORT, Shop.APP_PORT));
    entry.put("appProtocols", Map.of(Shop.SERVICE_PORT, "http"));
    if (service.equals(Shop.ORDERS)) {
      entry.put(
          "waypoint",
          Map.of(
              "destination", "/" + addresses.of(Shop.WAYPOINT), "hboneMtlsPort", Shop.HBONE_PORT));
    }
    return entry;
  }

  /// The listeners of one node, as a capture file describes them.
  Map<String, Object> capture(Shop.Role role, Map<Shop.Pod, InetSocketAddress> apps) {
    var outbound =
        Shop.ways(addresses).stream()
            .filter(way -> way.client().proxy() == role)
            .map(way ->
                Map.of(
                    "workload", way.client().key(),
                    "listen", addresses.of(way.client()) + ":0",
                    "destination", way.target().destination()))
            .toList();
    var inbound =
        Shop.APPS.stream()
            .filter(pod -> pod.proxy() == role)
            .map(pod -> inbound(pod, apps.get(pod)))
            .toList();
    var capture = new LinkedHashMap<String, Object>();
    capture.put("outbound", outbound);
    capture.put("inbound", inbound);
    return capture;
  }

  private Map<String, Object> inbound(
      Shop.Pod pod, @org.jspecify.annotations.Nullable InetSocketAddress app) {
    if (app == null) {
      throw new IllegalArgumentException("the application of `" + pod.key() + "` is not running");
    }
    return Map.of(
        "workload",
        pod.key(),
        "listen",
        addresses.of(pod) + ":" + Shop.APP_PORT,
        "port",
        Shop.APP_PORT,
        "app",
        app.getAddress().getHostAddress() + ":" + app.getPort());
  }
}
