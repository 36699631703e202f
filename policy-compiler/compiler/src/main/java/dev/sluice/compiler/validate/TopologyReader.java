package dev.sluice.compiler.validate;

import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.ReadDocument;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.TopologyDocument;
import dev.sluice.compiler.syntax.TopologyDocument.Addressing;
import dev.sluice.compiler.syntax.TopologyDocument.Exposure;
import dev.sluice.compiler.syntax.TopologyDocument.Gateway;
import dev.sluice.compiler.syntax.TopologyDocument.GrantedFrom;
import dev.sluice.compiler.syntax.TopologyDocument.GrantedTo;
import dev.sluice.compiler.syntax.TopologyDocument.LabelExpression;
import dev.sluice.compiler.syntax.TopologyDocument.Listener;
import dev.sluice.compiler.syntax.TopologyDocument.Listening;
import dev.sluice.compiler.syntax.TopologyDocument.Network;
import dev.sluice.compiler.syntax.TopologyDocument.Port;
import dev.sluice.compiler.syntax.TopologyDocument.Probe;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads the objects that say what the mesh consists of, taking only what placement needs.
final class TopologyReader {

  private static final MappingNode EMPTY = new MappingNode(List.of(), Span.startOf(""));

  private TopologyReader() {}

  /// The typed form; empty when the kind is not topology.
  static Optional<TopologyDocument> read(ReadDocument document, Metadata metadata) {
    MappingNode spec = or(document.root().mapping("spec"));
    return Optional.ofNullable(
        switch (document.group() + "/" + document.kind()) {
          case "/Namespace" -> new TopologyDocument.Namespace(metadata);
          case "/ServiceAccount" -> new TopologyDocument.ServiceAccount(metadata);
          case "/Service" -> service(metadata, spec);
          case "/Pod" ->
              workload(metadata, Fields.plain(metadata.labels()), metadata.annotations(), spec);
          case "apps/Deployment",
              "apps/StatefulSet",
              "apps/DaemonSet",
              "apps/ReplicaSet",
              "batch/Job" ->
              template(metadata, spec);
          case "batch/CronJob" ->
              template(metadata, or(or(spec.mapping("jobTemplate")).mapping("spec")));
          case "gateway.networking.k8s.io/Gateway" -> gateway(document, metadata, spec);
          case "gateway.networking.k8s.io/GatewayClass" ->
              new TopologyDocument.GatewayClass(
                  metadata, Fields.textOrEmpty(spec, "controllerName"));
          case "gateway.networking.k8s.io/ReferenceGrant" -> grant(metadata, spec);
          case "networking.istio.io/ServiceEntry" -> serviceEntry(metadata, spec);
          case "networking.istio.io/WorkloadEntry" ->
              new TopologyDocument.WorkloadEntry(
                  metadata,
                  Fields.textOrEmpty(spec, "address"),
                  Fields.plain(Fields.textsByKey(spec.mapping("labels"))),
                  Fields.textOrEmpty(spec, "serviceAccount"));
          case "sluice.dev/Snapshot" -> snapshot(metadata, spec);
          default -> null;
        });
  }

  private static MappingNode or(@org.jspecify.annotations.Nullable MappingNode mapping) {
    return mapping == null ? EMPTY : mapping;
  }

  private static TopologyDocument service(Metadata metadata, MappingNode spec) {
    Addressing addressing =
        Fields.textOrEmpty(spec, "type").equals("ExternalName")
            ? Addressing.EXTERNAL_NAME
            : Fields.textOrEmpty(spec, "clusterIP").equals("None")
                ? Addressing.HEADLESS
                : Addressing.VIP;
    return new TopologyDocument.Service(
        metadata,
        Fields.plain(Fields.textsByKey(spec.mapping("selector"))),
        ports(spec),
        addressing,
        switch (Fields.textOrEmpty(spec, "type")) {
          case "NodePort" -> Exposure.NODE_PORT;
          case "LoadBalancer" -> Exposure.LOAD_BALANCER;
          default -> Exposure.CLUSTER;
        });
  }

  private static List<Port> ports(MappingNode spec) {
    var ports = new ArrayList<Port>();
    for (MappingNode port : Fields.mappings(spec, "ports")) {
      String number =
          Fields.has(port, "port")
              ? Fields.textOrEmpty(port, "port")
              : Fields.textOrEmpty(port, "number");
      boolean numeric =
          !number.isEmpty()
              && number.length() <= 5
              && number.chars().allMatch(c -> c >= '0' && c <= '9');
      if (numeric) {
        String transport = Fields.textOrEmpty(port, "protocol");
        ports.add(
            new Port(
                Fields.textOrEmpty(port, "name"),
                Integer.parseInt(number),
                Fields.textOrEmpty(port, "targetPort"),
                Fields.textOrEmpty(port, "appProtocol"),
                transport.isEmpty() ? "TCP" : transport,
                Fields.startOf(port)));
      }
    }
    return ports;
  }

  private static Workload template(Metadata metadata, MappingNode spec) {
    MappingNode template = or(spec.mapping("template"));
    MappingNode inner = or(template.mapping("metadata"));
    return workload(
        metadata,
        Fields.plain(Fields.textsByKey(inner.mapping("labels"))),
        Fields.textsByKey(inner.mapping("annotations")),
        or(template.mapping("spec")));
  }

  private static Workload workload(
      Metadata metadata,
      Map<String, String> labels,
      Map<String, Located<String>> annotations,
      MappingNode pod) {
    String account = Fields.textOrEmpty(pod, "serviceAccountName");
    String legacy = Fields.textOrEmpty(pod, "serviceAccount");
    Map<String, Integer> named = namedPorts(pod);
    return new Workload(
        metadata,
        labels,
        Fields.plain(annotations),
        !account.isEmpty() ? account : !legacy.isEmpty() ? legacy : "default",
        named,
        Fields.isTrue(pod, "hostNetwork") ? Network.HOST : Network.POD,
        containers(pod),
        new Listening(containerPorts(pod), probes(pod, named)));
  }

  private static Set<String> containers(MappingNode pod) {
    return Stream.of("containers", "initContainers")
        .flatMap(field -> Fields.mappings(pod, field).stream())
        .map(container -> Fields.textOrEmpty(container, "name"))
        .collect(Collectors.toSet());
  }

  private static SortedSet<Integer> containerPorts(MappingNode pod) {
    var ports = new TreeSet<Integer>();
    for (MappingNode container : Fields.mappings(pod, "containers")) {
      for (MappingNode port : Fields.mappings(container, "ports")) {
        String transport = Fields.textOrEmpty(port, "protocol");
        if (transport.isEmpty() || transport.equals("TCP")) {
          Fields.integer(port, "containerPort").ifPresent(ports::add);
        }
      }
    }
    return ports;
  }

  private static List<Probe> probes(MappingNode pod, Map<String, Integer> named) {
    var probes = new ArrayList<Probe>();
    for (MappingNode container : Fields.mappings(pod, "containers")) {
      for (String kind : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
        MappingNode http = or(or(container.mapping(kind)).mapping("httpGet"));
        String path = Fields.textOrEmpty(http, "path");
        int port =
            Fields.integer(http, "port")
                .orElse(named.getOrDefault(Fields.textOrEmpty(http, "port"), 0));
        if (port > 0) {
          probes.add(new Probe(path.isEmpty() ? "/" : path, port));
        }
      }
    }
    return probes;
  }

  private static Map<String, Integer> namedPorts(MappingNode pod) {
    var named = new HashMap<String, Integer>();
    for (MappingNode container : Fields.mappings(pod, "containers")) {
      for (MappingNode port : Fields.mappings(container, "ports")) {
        String name = Fields.textOrEmpty(port, "name");
        Fields.integer(port, "containerPort")
            .ifPresent(number -> {
              if (!name.isEmpty()) {
                named.put(name, number);
              }
            });
      }
    }
    return named;
  }

  private static Gateway gateway(ReadDocument document, Metadata metadata, MappingNode spec) {
    Located<String> className = Fields.text(spec, "gatewayClassName");
    return new Gateway(
        metadata,
        className == null ? new Located<>("", Fields.startOf(document.root())) : className,
        Fields.mappings(spec, "listeners").stream().map(TopologyReader::listener).toList());
  }

  private static Listener listener(MappingNode listener) {
    MappingNode namespaces = or(or(listener.mapping("allowedRoutes")).mapping("namespaces"));
    MappingNode selector = or(namespaces.mapping("selector"));
    String from = Fields.textOrEmpty(namespaces, "from");
    return new Listener(
        Fields.textOrEmpty(listener, "name"),
        Fields.integer(listener, "port").orElse(0),
        Fields.textOrEmpty(listener, "protocol"),
        from.isEmpty() ? "Same" : from,
        Fields.plain(Fields.textsByKey(selector.mapping("matchLabels"))),
        Fields.mappings(selector, "matchExpressions").stream()
            .map(expression ->
                new LabelExpression(
                    Fields.textOrEmpty(expression, "key"),
                    Fields.textOrEmpty(expression, "operator"),
                    Fields.texts(expression, "values").stream().map(Located::value).toList()))
            .toList(),
        Fields.startOf(listener));
  }

  private static TopologyDocument serviceEntry(Metadata metadata, MappingNode spec) {
    return new TopologyDocument.ServiceEntry(
        metadata,
        Fields.texts(spec, "hosts").stream().map(Located::value).toList(),
        ports(spec),
        Fields.plain(Fields.textsByKey(or(spec.mapping("workloadSelector")).mapping("labels"))));
  }

  private static TopologyDocument grant(Metadata metadata, MappingNode spec) {
    return new TopologyDocument.ReferenceGrant(
        metadata,
        Fields.mappings(spec, "from").stream()
            .map(from ->
                new GrantedFrom(
                    Fields.textOrEmpty(from, "group"),
                    Fields.textOrEmpty(from, "kind"),
                    Fields.textOrEmpty(from, "namespace")))
            .toList(),
        Fields.mappings(spec, "to").stream()
            .map(to ->
                new GrantedTo(
                    Fields.textOrEmpty(to, "group"),
                    Fields.textOrEmpty(to, "kind"),
                    Fields.textOrEmpty(to, "name")))
            .toList());
  }

  /// What a capture of a cluster says about itself.
  private static TopologyDocument snapshot(Metadata metadata, MappingNode spec) {
    Set<String> complete = new TreeSet<>();
    SortedMap<String, String> unknown = new TreeMap<>();
    for (MappingNode kind : Fields.mappings(spec, "kinds")) {
      String name = Fields.textOrEmpty(kind, "kind");
      String reason = Fields.textOrEmpty(kind, "unknown");
      if (reason.isEmpty() && Fields.has(kind, "count")) {
        complete.add(name);
      } else {
        unknown.put(name, reason.isEmpty() ? "it was not counted" : reason);
      }
    }
    return new TopologyDocument.Snapshot(
        metadata,
        Fields.textOrEmpty(spec, "capturedAt"),
        Fields.textOrEmpty(spec, "context"),
        Fields.texts(spec, "namespaces").stream().map(Located::value).collect(Collectors.toSet()),
        complete,
        unknown);
  }
}
