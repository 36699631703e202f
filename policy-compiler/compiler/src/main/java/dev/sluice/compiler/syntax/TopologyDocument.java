package dev.sluice.compiler.syntax;

import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// An object that says what the mesh consists of; only what placement needs is kept.
public sealed interface TopologyDocument extends Document {

  /// A Namespace and its labels (in the metadata).
  record Namespace(Metadata metadata) implements TopologyDocument {}

  /// A ServiceAccount.
  record ServiceAccount(Metadata metadata) implements TopologyDocument {}

  /// A Service. `selector` is empty for one without selector; `headless` is `clusterIP: None`.
  record Service(
      Metadata metadata,
      Map<String, String> selector,
      List<Port> ports,
      Addressing addressing,
      Exposure exposure)
      implements TopologyDocument {
    public Service {
      selector = Map.copyOf(selector);
      ports = List.copyOf(ports);
    }

    /// A Service that is reached from inside the cluster only.
    public Service(
        Metadata metadata, Map<String, String> selector, List<Port> ports, Addressing addressing) {
      this(metadata, selector, ports, addressing, Exposure.CLUSTER);
    }
  }

  /// From where a Service can be reached by an address of its own.
  enum Exposure {
    CLUSTER,
    NODE_PORT,
    LOAD_BALANCER
  }

  /// How a Service is reached.
  enum Addressing {
    VIP,
    HEADLESS,
    EXTERNAL_NAME
  }

  /// A Service port. Empty strings where a field is absent; `targetPort` is a number or a container
  /// port's name.
  record Port(
      String name, int port, String targetPort, String appProtocol, String transport, Span span) {

    /// The numeric target port, the port itself when `targetPort` is absent; empty for a named one.
    public OptionalInt numericTargetPort() {
      if (targetPort.isEmpty()) {
        return OptionalInt.of(port);
      }
      boolean numeric = targetPort.chars().allMatch(c -> c >= '0' && c <= '9');
      return numeric ? OptionalInt.of(Integer.parseInt(targetPort)) : OptionalInt.empty();
    }
  }

  /// A Pod, or the pod template of a Deployment, StatefulSet, DaemonSet, ReplicaSet, Job or
  /// CronJob; `containers` are the names of all its containers, those that run first included.
  record Workload(
      Metadata metadata,
      Map<String, String> podLabels,
      Map<String, String> podAnnotations,
      String serviceAccount,
      Map<String, Integer> namedPorts,
      Network network,
      Set<String> containers,
      Listening listening)
      implements TopologyDocument {
    public Workload {
      containers = Set.copyOf(containers);
      podLabels = Map.copyOf(podLabels);
      podAnnotations = Map.copyOf(podAnnotations);
      namedPorts = Map.copyOf(namedPorts);
    }

    /// A workload that declares neither container ports nor probes.
    public Workload(
        Metadata metadata,
        Map<String, String> podLabels,
        Map<String, String> podAnnotations,
        String serviceAccount,
        Map<String, Integer> namedPorts,
        Network network,
        Set<String> containers) {
      this(
          metadata,
          podLabels,
          podAnnotations,
          serviceAccount,
          namedPorts,
          network,
          containers,
          Listening.undeclared());
    }
  }

  /// What a pod says about the ports it listens on: declared TCP container ports, and the HTTP
  /// probes that the kubelet sends. Both are declarations; a container may listen elsewhere.
  record Listening(SortedSet<Integer> containerPorts, List<Probe> probes) {
    public Listening {
      containerPorts = Collections.unmodifiableSortedSet(new TreeSet<>(containerPorts));
      probes = List.copyOf(probes);
    }

    public static Listening undeclared() {
      return new Listening(new TreeSet<>(), List.of());
    }
  }

  /// An `httpGet` probe with its port by number; `path` as written, `/` when absent.
  record Probe(String path, int port) {}

  /// Whether a pod has its own network namespace.
  enum Network {
    POD,
    HOST
  }

  /// A Gateway with the listeners that matter for waypoints.
  record Gateway(Metadata metadata, Located<String> className, List<Listener> listeners)
      implements TopologyDocument {
    public Gateway {
      listeners = List.copyOf(listeners);
    }
  }

  /// A Gateway listener; `from` is `Same` (default), `All` or `Selector` with `namespaceLabels`.
  record Listener(
      String name,
      int port,
      String protocol,
      String from,
      Map<String, String> namespaceLabels,
      Span span) {
    public Listener {
      namespaceLabels = Map.copyOf(namespaceLabels);
    }
  }

  /// A GatewayClass and its controller.
  record GatewayClass(Metadata metadata, String controllerName) implements TopologyDocument {}

  /// A ServiceEntry: hosts outside or beside the cluster.
  record ServiceEntry(
      Metadata metadata, List<String> hosts, List<Port> ports, Map<String, String> workloadSelector)
      implements TopologyDocument {
    public ServiceEntry {
      hosts = List.copyOf(hosts);
      ports = List.copyOf(ports);
      workloadSelector = Map.copyOf(workloadSelector);
    }
  }

  /// A WorkloadEntry: a VM or external endpoint with labels and a service account.
  record WorkloadEntry(
      Metadata metadata, String address, Map<String, String> labels, String serviceAccount)
      implements TopologyDocument {
    public WorkloadEntry {
      labels = Map.copyOf(labels);
    }
  }

  /// A ReferenceGrant: who may refer to what in its namespace.
  record ReferenceGrant(Metadata metadata, List<String> fromNamespaces, List<String> toKinds)
      implements TopologyDocument {
    public ReferenceGrant {
      fromNamespaces = List.copyOf(fromNamespaces);
      toKinds = List.copyOf(toKinds);
    }
  }
}
