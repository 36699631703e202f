package dev.sluice.waypoint;

import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import dev.sluice.runtime.bundle.BundleLoader;
import dev.sluice.runtime.bundle.LivePolicy;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.process.AdminServer;
import dev.sluice.runtime.process.ConfigDump;
import dev.sluice.runtime.process.PortsFile;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the waypoint tells about itself: the configuration dump and the ports file.
record Status(
    EnforcementPoint.Waypoint self,
    LivePolicy policy,
    BundleLoader loader,
    LiveMesh mesh,
    OwnCertificate certificate,
    Entrance entrance) {

  private static final Logger LOG = LoggerFactory.getLogger(Status.class);

  Map<String, Object> dump() {
    List<WorkloadCertificate> certificates =
        certificate.isHeld() ? List.of(certificate.certificate()) : List.of();
    var dump = ConfigDump.of(policy, loader, mesh.current(), certificates);
    dump.put("routes", routes());
    dump.put("bindings", bindings());
    dump.put("listeners", Map.of("hbone", listeners()));
    return dump;
  }

  private List<Map<String, Object>> routes() {
    return policy.current().shard().stream()
        .flatMap(shard -> shard.routes().stream())
        .map(route ->
            Map.<String, Object>of(
                "name", route.id().toString(),
                "rules", route.rules().size(),
                "callers", route.callers().orElse("")))
        .toList();
  }

  private List<String> bindings() {
    return policy.current().shard().stream()
        .flatMap(shard -> shard.bindings().stream())
        .filter(binding -> binding.waypointNamespace().equals(self.namespace()))
        .filter(binding -> binding.waypointName().equals(self.name()))
        .map(binding -> binding.serviceNamespace() + "/" + binding.serviceName())
        .toList();
  }

  private Map<String, String> listeners() {
    Optional<InetSocketAddress> address = entrance.address();
    return address.isEmpty()
        ? Map.of()
        : Map.of(self.namespace() + "/" + self.name(), PortsFile.text(address.get()));
  }

  /// Writes every bound address to `file`, if there is one.
  void publish(AdminServer admin, Optional<Path> file) throws IOException {
    if (file.isEmpty()) {
      return;
    }
    var all = new LinkedHashMap<String, Object>();
    all.put("pid", ProcessHandle.current().pid());
    all.put("admin", PortsFile.text(admin.admin()));
    all.put("stats", PortsFile.text(admin.stats()));
    all.put("readiness", PortsFile.text(admin.readiness()));
    all.put("hbone", listeners());
    PortsFile.write(file.get(), all);
  }

  /// The same after a change, when there is nobody to tell of a full disk but the log.
  void publishAgain(AdminServer admin, Optional<Path> file) {
    try {
      publish(admin, file);
    } catch (IOException unwritable) {
      LOG.error("the ports file is out of date", unwritable);
    }
  }
}
