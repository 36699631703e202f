package dev.sluice.runtime.process;

import dev.sluice.runtime.discovery.DiscoveryStatus;
import java.util.LinkedHashMap;
import java.util.Map;

/// The `discovery` of `/config_dump`.
public final class DiscoveryDump {

  private DiscoveryDump() {}

  public static Map<String, Object> of(DiscoveryStatus status) {
    var object = new LinkedHashMap<String, Object>();
    object.put("server", status.server());
    status.connectedSince().ifPresent(since -> object.put("connectedSince", since.toString()));
    object.put("resources", status.resources());
    if (!status.lastError().isEmpty()) {
      object.put("lastError", status.lastError());
    }
    if (!status.refused().isEmpty()) {
      object.put("refused", status.refused());
    }
    return object;
  }
}
