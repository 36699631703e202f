package dev.sluice.compiler.link;

import dev.sluice.compiler.syntax.TopologyDocument;
import dev.sluice.engine.policy.PortSet;
import dev.sluice.engine.route.HttpRoute.ServiceRef;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A Service with the waypoint it is bound to, if any, and its ports with their target ports.
///
/// `canary` is a second waypoint that a share of the traffic takes; only where there is a first.
public record LinkedService(
    TopologyDocument.Service syntax,
    Optional<Waypoint> waypoint,
    Optional<Waypoint> canary,
    List<ServicePort> ports) {

  public LinkedService {
    ports = List.copyOf(ports);
  }

  /// A Service port: what the workload listens on (several when named ports differ), and what it
  /// speaks.
  public record ServicePort(int port, SortedSet<Integer> targets, Protocol protocol) {
    public ServicePort {
      targets = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(targets));
    }
  }

  /// What a port speaks, by `appProtocol` or the prefix of its name; UNDECLARED is found out on the
  /// wire.
  public enum Protocol {
    HTTP,
    TCP,
    UNDECLARED
  }

  /// Of the name alone: what else there is would be walked for every set of Services.
  @Override
  public int hashCode() {
    return 31 * namespace().hashCode() + name().hashCode();
  }

  /// Every waypoint that traffic to this Service may take.
  public List<Waypoint> waypoints() {
    return Stream.of(waypoint, canary).flatMap(Optional::stream).toList();
  }

  public String namespace() {
    return syntax.metadata().namespace();
  }

  public String name() {
    return syntax.metadata().name();
  }

  public ServiceRef reference() {
    return new ServiceRef(namespace(), name());
  }

  public Map<String, String> selector() {
    return syntax.selector();
  }

  /// The workload ports behind all ports of this Service.
  public PortSet targetPorts() {
    var all = new TreeSet<Integer>();
    ports.forEach(port -> all.addAll(port.targets()));
    return PortSet.of(all);
  }

  /// Whether pods with these labels in this namespace are endpoints.
  public boolean selects(String namespace, Map<String, String> labels) {
    return !selector().isEmpty()
        && namespace.equals(namespace())
        && labels.entrySet().containsAll(selector().entrySet());
  }
}
