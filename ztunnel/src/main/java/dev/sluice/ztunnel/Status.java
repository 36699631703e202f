package dev.sluice.ztunnel;

import dev.sluice.runtime.bundle.BundleLoader;
import dev.sluice.runtime.bundle.LivePolicy;
import dev.sluice.runtime.identity.Identities;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.process.AdminServer;
import dev.sluice.runtime.process.ConfigDump;
import dev.sluice.runtime.process.DiscoveryDump;
import dev.sluice.runtime.process.IdentityDump;
import dev.sluice.runtime.process.PortsFile;
import dev.sluice.ztunnel.capture.Capture;
import dev.sluice.ztunnel.workload.LocalWorkloads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the proxy tells about itself: the configuration dump and the ports file.
record Status(
    LivePolicy policy,
    BundleLoader loader,
    LiveMesh mesh,
    LocalWorkloads workloads,
    Identities identities,
    ControlLinks links,
    Capture capture,
    NodePods pods) {

  private static final Logger LOG = LoggerFactory.getLogger(Status.class);

  Map<String, Object> dump() {
    var dump = ConfigDump.of(policy, loader, mesh.current(), List.of());
    dump.put("certificates", IdentityDump.of(identities.statuses()));
    links.discovery().ifPresent(discovery -> dump.put("discovery", DiscoveryDump.of(discovery)));
    dump.put("listeners", listeners());
    dump.put("workloadState", pods.dump());
    return dump;
  }

  private Map<String, Object> listeners() {
    var result = new LinkedHashMap<String, Object>();
    result.put("hbone", texts(workloads.listeners()));
    result.put("outbound", texts(capture.outboundListeners()));
    result.put("inbound", texts(capture.inboundListeners()));
    return result;
  }

  private static Map<String, String> texts(Map<String, InetSocketAddress> addresses) {
    var result = new LinkedHashMap<String, String>();
    addresses.forEach((name, address) -> result.put(name, PortsFile.text(address)));
    return result;
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
    all.putAll(listeners());
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
