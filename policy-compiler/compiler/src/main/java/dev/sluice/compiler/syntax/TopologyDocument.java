package dev.sluice.compiler.syntax;

import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
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
  /// CronJob.
  ///
  /// `containers` are the names of all its containers, those that run first included.
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

  /// A Gateway listener; `from` is `Same` (default), `All`, `None` or `Selector` with
  /// `namespaceLabels` and `expressions`.
  record Listener(
      String name,
      int port,
      String protocol,
      String from,
      Map<String, String> namespaceLabels,
      List<LabelExpression> expressions,
      Span span) {
    public Listener {
      namespaceLabels = Map.copyOf(namespaceLabels);
      expressions = List.copyOf(expressions);
    }
  }

  /// One of `matchExpressions`; `operator` as written, `In`, `NotIn`, `Exists` or `DoesNotExist`.
  record LabelExpression(String key, String operator, List<String> values) {
    public LabelExpression {
      values = List.copyOf(values);
    }

    /// Whether the labels satisfy it; an operator that Kubernetes does not have never does.
    public boolean matches(Map<String, String> labels) {
      boolean present = labels.containsKey(key);
      boolean listed = present && values.contains(labels.get(key));
      return switch (operator) {
        case "In" -> listed;
        case "NotIn" -> !listed;
        case "Exists" -> present;
        case "DoesNotExist" -> !present;
        default -> false;
      };
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
  record ReferenceGrant(Metadata metadata, List<GrantedFrom> from, List<GrantedTo> to)
      implements TopologyDocument {
    public ReferenceGrant {
      from = List.copyOf(from);
      to = List.copyOf(to);
    }
  }

  /// Objects that may refer.
  record GrantedFrom(String group, String kind, String namespace) {}

  /// Objects that may be referred to; an empty name means all of the kind.
  record GrantedTo(String group, String kind, String name) {}

  /// What a capture of a cluster says about itself: when and where it was made, and of which kinds
  /// it has every object there was.
  ///
  /// `namespaces` is empty when all were captured; `unknown` are the kinds that could not be read,
  /// with the reason.
  record Snapshot(
      Metadata metadata,
      String capturedAt,
      String context,
      Set<String> namespaces,
      Set<String> complete,
      SortedMap<String, String> unknown)
      implements TopologyDocument {
    public Snapshot {
      namespaces = Set.copyOf(namespaces);
      complete = Set.copyOf(complete);
      unknown = Collections.unmodifiableSortedMap(new TreeMap<>(unknown));
    }
  }
}
