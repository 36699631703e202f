package dev.sluice.waypoint;

import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import dev.sluice.runtime.hbone.HboneSettings;
import dev.sluice.runtime.process.Environment;
import dev.sluice.runtime.process.Settings;
import dev.sluice.runtime.process.TunnelSettings;
import java.net.InetSocketAddress;

/// What a waypoint reads from the environment.
///
/// `self` is the Gateway's name, `inbound` where tunnels are accepted, `hbonePort` where workloads
/// take tunnels.
public record WaypointSettings(
    Settings common,
    EnforcementPoint.Waypoint self,
    InetSocketAddress inbound,
    HboneSettings hbone,
    int hbonePort,
    int threads) {

  private static final int HBONE_PORT = 15_008;
  private static final int MOST_THREADS = 1_024;

  /// Reads the settings; problems are left with `environment`.
  public static WaypointSettings read(Environment environment) {
    // A waypoint has both from files only.
    environment.requiredPath("LOCAL_XDS_PATH");
    environment.requiredPath("SLUICE_CERTIFICATES_DIR");
    int processors = Math.max(2, Runtime.getRuntime().availableProcessors());
    return new WaypointSettings(
        Settings.read(environment),
        self(environment),
        environment.address("SLUICE_INBOUND_ADDRESS", ":" + HBONE_PORT),
        TunnelSettings.read(environment),
        environment.number("SLUICE_HBONE_PORT", HBONE_PORT, 1, 65_535),
        environment.number("WAYPOINT_WORKER_THREADS", processors, 1, MOST_THREADS));
  }

  private static EnforcementPoint.Waypoint self(Environment environment) {
    String text = environment.requiredText("SLUICE_WAYPOINT");
    String[] parts = text.split("/", -1);
    boolean shaped = parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty();
    if (!shaped && !text.isEmpty()) {
      environment.problem("invalid SLUICE_WAYPOINT=`" + text + "`: expected `namespace/name`");
    }
    return shaped
        ? new EnforcementPoint.Waypoint(parts[0], parts[1])
        : new EnforcementPoint.Waypoint("", "");
  }
}
