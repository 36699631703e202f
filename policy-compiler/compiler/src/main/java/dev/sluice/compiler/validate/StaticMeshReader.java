package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.ResourceRef;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.ReadDocument;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.TopologyDocument;
import dev.sluice.compiler.syntax.TopologyDocument.Addressing;
import dev.sluice.compiler.syntax.TopologyDocument.Gateway;
import dev.sluice.compiler.syntax.TopologyDocument.Listener;
import dev.sluice.compiler.syntax.TopologyDocument.Listening;
import dev.sluice.compiler.syntax.TopologyDocument.Network;
import dev.sluice.compiler.syntax.TopologyDocument.Port;
import dev.sluice.compiler.syntax.TopologyDocument.Service;
import dev.sluice.compiler.syntax.TopologyDocument.ServiceAccount;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import dev.sluice.schemas.Schemas;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Reads the static mesh file that a proxy without a control plane runs from as the Kubernetes
/// objects it stands for.
///
/// The file says which workloads are the endpoints of a Service, but not by which labels; they are
/// those that all endpoints have in common, if no other workload has them too.
final class StaticMeshReader {

  private static final String MODE = "istio.io/dataplane-mode";
  private static final String USE = "istio.io/use-waypoint";
  private static final SchemaValidator SCHEMA = SchemaValidator.of(Schemas.STATIC_MESH);

  private final ReadDocument document;
  private final Problems problems;
  private final List<Entry> workloads = new ArrayList<>();
  private final Map<String, Waypoint> waypointsByUid = new TreeMap<>();

  private StaticMeshReader(ReadDocument document, Diagnostics diagnostics) {
    this.document = document;
    this.problems = new Problems(diagnostics, new ResourceRef("static mesh", "", document.file()));
  }

  private record Waypoint(String namespace, String name) {}

  /// A workload with what only this file says about it.
  private record Entry(MappingNode node, Workload workload) {
    boolean isEndpointOf(String service) {
      MappingNode services = node.mapping("services");
      return services != null && services.entry(service) != null;
    }

    boolean hasAddress(String address) {
      return Fields.texts(node, "workloadIps").stream().anyMatch(ip -> ip.value().equals(address));
    }
  }

  /// The objects; none when the file has an error.
  static List<TopologyDocument> read(ReadDocument document, Diagnostics diagnostics) {
    var reader = new StaticMeshReader(document, diagnostics);
    if (!document.isSound()
        || !SchemaFindings.check(document.root(), reader.problems, SCHEMA)
        || reader.hasPolicies()) {
      return List.of();
    }
    return reader.objects();
  }

  private boolean hasPolicies() {
    List<MappingNode> policies = Fields.mappings(document.root(), "policies");
    if (!policies.isEmpty()) {
      problems.report(
          Code.BAD_MESH_FILE,
          Fields.startOf(policies.getFirst()),
          new Text(
              "policies in a static mesh file are not read",
              "proxies take policies from the signed bundle only, so these would be enforced by"
                  + " nobody",
              "write them as Kubernetes objects among the PATHs"));
    }
    return !policies.isEmpty();
  }

  private List<TopologyDocument> objects() {
    MappingNode root = document.root();
    var objects = new ArrayList<TopologyDocument>();
    Set<String> proxies = new TreeSet<>();
    for (MappingNode waypoint : Fields.mappings(root, "waypoints")) {
      String uid = Fields.textOrEmpty(waypoint, "workload");
      proxies.add(uid);
      waypointsByUid.put(
          uid,
          new Waypoint(
              Fields.textOrEmpty(waypoint, "namespace"), Fields.textOrEmpty(waypoint, "name")));
      objects.add(gateway(waypoint));
    }
    Map<String, ServiceAccount> accounts = new LinkedHashMap<>();
    for (MappingNode node : Fields.mappings(root, "workloads")) {
      Workload workload = workload(node, proxies.contains(uid(node)));
      workloads.add(new Entry(node, workload));
      objects.add(workload);
      accounts.putIfAbsent(
          workload.metadata().namespace() + "/" + workload.serviceAccount(),
          new ServiceAccount(
              metadata(
                  node,
                  "ServiceAccount",
                  workload.metadata().namespace(),
                  workload.serviceAccount())));
    }
    objects.addAll(accounts.values());
    Fields.mappings(root, "services").forEach(node -> service(node).ifPresent(objects::add));
    return objects;
  }

  private Workload workload(MappingNode node, boolean proxy) {
    Map<String, String> labels =
        new HashMap<>(Fields.plain(Fields.textsByKey(node.mapping("labels"))));
    boolean captured = Fields.textOrEmpty(node, "protocol").equals("HBONE");
    labels.put(MODE, captured && !proxy ? "ambient" : "none");
    if (proxy) {
      labels.put("gateway.istio.io/managed", "istio.io-mesh-controller");
    }
    String account = Fields.textOrEmpty(node, "serviceAccount");
    return new Workload(
        metadata(
            node, "Pod", Fields.textOrEmpty(node, "namespace"), Fields.textOrEmpty(node, "name")),
        labels,
        Map.of(),
        account.isEmpty() ? "default" : account,
        Map.of(),
        Fields.textOrEmpty(node, "networkMode").equals("HostNetwork") ? Network.HOST : Network.POD,
        Set.of(),
        new Listening(listeningPorts(node), List.of()));
  }

  private static SortedSet<Integer> listeningPorts(MappingNode node) {
    var ports = new TreeSet<Integer>();
    MappingNode services = node.mapping("services");
    if (services != null) {
      for (var entry : services.entries()) {
        if (entry.value() instanceof MappingNode targets) {
          targets
              .entries()
              .forEach(port -> Fields.integer(targets, port.key().text()).ifPresent(ports::add));
        }
      }
    }
    // 0 stands for the Service's own port
    ports.remove(0);
    return ports;
  }

  private static String uid(MappingNode node) {
    String uid = Fields.textOrEmpty(node, "uid");
    return uid.isEmpty()
        ? Fields.textOrEmpty(node, "namespace") + "/" + Fields.textOrEmpty(node, "name")
        : uid;
  }

  private Optional<Service> service(MappingNode node) {
    String namespace = Fields.textOrEmpty(node, "namespace");
    Metadata plain = metadata(node, "Service", namespace, Fields.textOrEmpty(node, "name"));
    String key = namespace + "/" + Fields.textOrEmpty(node, "hostname");
    Optional<Map<String, String>> selector = selector(node, plain, key);
    if (selector.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Service(
            withWaypoint(plain, node),
            selector.get(),
            ports(node),
            Fields.texts(node, "vips").isEmpty() ? Addressing.HEADLESS : Addressing.VIP,
            TopologyDocument.Exposure.CLUSTER));
  }

  /// The labels that the endpoints and nobody else have in common; reported when there are none.
  private Optional<Map<String, String>> selector(MappingNode node, Metadata service, String key) {
    List<Workload> endpoints =
        workloads.stream().filter(entry -> entry.isEndpointOf(key)).map(Entry::workload).toList();
    Map<String, String> common = inCommon(endpoints);
    if (endpoints.isEmpty() || (!common.isEmpty() && isOnly(common, service.namespace(), key))) {
      return Optional.of(common);
    }
    problems.report(
        Code.BAD_MESH_FILE,
        Fields.startOf(node),
        new Text(
            "no labels tell the endpoints of Service `"
                + service.namespace()
                + "/"
                + service.name()
                + "` from other workloads",
            "policies are placed by labels, so it is unknown which workloads are behind the"
                + " Service",
            "give its workloads `labels` of their own, or the Service as a Kubernetes object"));
    return Optional.empty();
  }

  private static Map<String, String> inCommon(List<Workload> endpoints) {
    Map<String, String> common = new HashMap<>();
    endpoints.stream().limit(1).forEach(first -> common.putAll(first.podLabels()));
    endpoints.forEach(endpoint -> common.entrySet().retainAll(endpoint.podLabels().entrySet()));
    common.remove(MODE);
    return common;
  }

  /// Whether every workload of the namespace with these labels is an endpoint of the service.
  private boolean isOnly(Map<String, String> labels, String namespace, String service) {
    return workloads.stream()
        .filter(entry -> entry.workload().metadata().namespace().equals(namespace))
        .filter(entry -> entry.workload().podLabels().entrySet().containsAll(labels.entrySet()))
        .allMatch(entry -> entry.isEndpointOf(service));
  }

  private static List<Port> ports(MappingNode node) {
    MappingNode protocols = node.mapping("appProtocols");
    MappingNode targets = node.mapping("ports");
    var ports = new ArrayList<Port>();
    if (targets != null) {
      for (var entry : targets.entries()) {
        String target = Fields.textOrEmpty(targets, entry.key().text());
        String protocol =
            protocols == null ? "" : Fields.textOrEmpty(protocols, entry.key().text());
        ports.add(
            new Port(
                "",
                Integer.parseInt(entry.key().text()),
                target.equals("0") ? "" : target,
                protocol,
                "TCP",
                entry.key().span()));
      }
    }
    return ports;
  }

  private Metadata withWaypoint(Metadata service, MappingNode node) {
    MappingNode gateway = node.mapping("waypoint");
    if (gateway == null) {
      return service;
    }
    Located<String> destination = Fields.text(gateway, "destination");
    Optional<Waypoint> waypoint =
        destination == null ? Optional.empty() : waypoint(destination.value());
    Span span = Fields.startOf(gateway);
    if (waypoint.isEmpty()) {
      problems.report(
          Code.BAD_MESH_FILE,
          span,
          new Text(
              "the waypoint of Service `"
                  + service.namespace()
                  + "/"
                  + service.name()
                  + "` is none of `waypoints`",
              "whose policies the traffic meets there is unknown",
              "name the address of the workload of a waypoint"));
      return service;
    }
    var labels = new HashMap<String, Located<String>>();
    labels.put(USE, new Located<>(waypoint.get().name(), span));
    labels.put(USE + "-namespace", new Located<>(waypoint.get().namespace(), span));
    return new Metadata(
        service.apiVersion(),
        service.kind(),
        service.namespace(),
        service.name(),
        labels,
        Map.of(),
        service.span(),
        service.nameSpan());
  }

  /// By `network/address` of the workload, or by `namespace/host` whose host is the waypoint's.
  private Optional<Waypoint> waypoint(String destination) {
    int slash = destination.indexOf('/');
    String first = slash < 0 ? "" : destination.substring(0, slash);
    String second = destination.substring(slash + 1);
    return workloads.stream()
        .filter(entry -> entry.hasAddress(second))
        .map(entry -> waypointsByUid.get(uid(entry.node())))
        .filter(java.util.Objects::nonNull)
        .findFirst()
        .or(() ->
            waypointsByUid.values().stream()
                .filter(waypoint ->
                    waypoint.namespace().equals(first) && second.startsWith(waypoint.name() + "."))
                .findFirst());
  }

  private Gateway gateway(MappingNode node) {
    Metadata plain =
        metadata(
            node,
            "Gateway",
            Fields.textOrEmpty(node, "namespace"),
            Fields.textOrEmpty(node, "name"));
    Located<String> account = Fields.text(node, "serviceAccount");
    var metadata =
        new Metadata(
            plain.apiVersion(),
            plain.kind(),
            plain.namespace(),
            plain.name(),
            Map.of(),
            account == null ? Map.of() : Map.of("gateway.istio.io/service-account", account),
            plain.span(),
            plain.nameSpan());
    // a mesh file states the outcome, so whom the waypoint lets in is settled
    return new Gateway(
        metadata,
        new Located<>("istio-waypoint", plain.nameSpan()),
        List.of(
            new Listener("mesh", 15008, "HBONE", "All", Map.of(), List.of(), plain.nameSpan())));
  }

  private static Metadata metadata(MappingNode node, String kind, String namespace, String name) {
    Located<String> located = Fields.text(node, "name");
    return new Metadata(
        "v1",
        kind,
        namespace,
        name,
        Map.of(),
        Map.of(),
        node.span(),
        located == null ? Fields.startOf(node) : located.span());
  }
}
