package dev.sluice.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The proxies' programs of this installation, and how the demo starts them.
record ProxyPrograms(Path home) {

  private Path ztunnel() {
    return home.resolve("ztunnel/target/sluice-ztunnel.jar");
  }

  private Path waypoint() {
    return home.resolve("waypoint/target/sluice-waypoint.jar");
  }

  /// The shop's files.
  Path shop() {
    return home.resolve("examples/shop");
  }

  /// What is not there.
  List<Path> missing() {
    return Stream.of(ztunnel(), waypoint(), shop()).filter(path -> !Files.exists(path)).toList();
  }

  /// How to start a proxy.
  ProxyProcess.Launch launch(Shop.Role role, DemoFolder folder, Addresses addresses)
      throws IOException {
    Path jar =
        switch (role) {
          case NODE1, NODE2 -> ztunnel();
          case WAYPOINT -> waypoint();
        };
    return new ProxyProcess.Launch(
        jar, environment(role, folder, addresses), folder.log(role), folder.own(role, "tmp"));
  }

  private static Map<String, String> environment(
      Shop.Role role, DemoFolder folder, Addresses addresses) throws IOException {
    var environment = new LinkedHashMap<String, String>();
    environment.put("SLUICE_BUNDLE_DIR", folder.bundles().toString());
    environment.put("SLUICE_TRUST_ROOT", folder.trustRoot().toString());
    environment.put("SLUICE_STATE_DIR", folder.own(role, "state").toString());
    environment.put("SLUICE_CERTIFICATES_DIR", folder.certificates().toString());
    environment.put("LOCAL_XDS_PATH", folder.meshFile().toString());
    environment.put("SLUICE_PORTS_FILE", folder.portsFile(role).toString());
    environment.put("ADMIN_ADDRESS", "127.0.0.1:0");
    environment.put("STATS_ADDRESS", "127.0.0.1:0");
    environment.put("READINESS_ADDRESS", "127.0.0.1:0");
    environment.put("CONNECTION_TERMINATION_DEADLINE", "500ms");
    environment.put("LOG_FORMAT", "json");
    switch (role) {
      case NODE1, NODE2 -> {
        environment.put("PROXY_MODE", "shared");
        environment.put("NODE_NAME", role.node());
        environment.put("SLUICE_CAPTURE_PATH", folder.captureFile(role).toString());
      }
      case WAYPOINT -> {
        environment.put("SLUICE_WAYPOINT", Shop.WAYPOINT.key());
        environment.put(
            "SLUICE_INBOUND_ADDRESS", addresses.of(Shop.WAYPOINT) + ":" + Shop.HBONE_PORT);
      }
    }
    return environment;
  }
}
