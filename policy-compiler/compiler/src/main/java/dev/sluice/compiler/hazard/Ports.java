package dev.sluice.compiler.hazard;

import dev.sluice.compiler.link.LinkedWorkload;
import java.util.SortedSet;
import java.util.TreeSet;

/// The ports a workload is known to listen on.
final class Ports {

  private Ports() {}

  /// Declared container ports and the targets of its Services.
  static SortedSet<Integer> of(LinkedWorkload workload) {
    var ports = new TreeSet<>(workload.syntax().listening().containerPorts());
    workload
        .services()
        .forEach(service -> service.ports().forEach(port -> ports.addAll(port.targets())));
    return ports;
  }
}
