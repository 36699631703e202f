package dev.sluice.compiler.equivalence;

import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.ResourceRef;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.Linker;
import dev.sluice.compiler.lower.ShardLowering;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.place.Placer;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.settings.MeshSettings.OnMissingWaypoint;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.PolicyDocument;
import dev.sluice.compiler.syntax.TopologyDocument.Addressing;
import dev.sluice.compiler.syntax.TopologyDocument.Namespace;
import dev.sluice.compiler.syntax.TopologyDocument.Service;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A generated mesh: Services, workloads and policies under some settings, and what the compiler
/// makes of them.
record World(List<Document> documents, MeshSettings settings) {

  static final String ROOT = "istio-system";
  private static final String USE = "istio.io/use-waypoint";
  private static final String USE_NAMESPACE = "istio.io/use-waypoint-namespace";
  static final String CANARY = "istio.io/use-waypoint-canary";

  World {
    documents = List.copyOf(documents);
  }

  /// A waypoint Gateway by name.
  record WaypointName(String namespace, String name) {}

  /// What becomes of a workload's inbound traffic, as its labels say.
  enum Part {
    AMBIENT,
    SIDECAR,
    OUTSIDE
  }

  <T> Stream<T> all(Class<T> kind) {
    return documents.stream().filter(kind::isInstance).map(kind::cast);
  }

  List<Service> services() {
    return all(Service.class).toList();
  }

  List<Workload> workloads() {
    return all(Workload.class).toList();
  }

  /// All policies, those on trial too.
  List<PolicyDocument> policies() {
    return all(PolicyDocument.class).toList();
  }

  /// The policies that mean anything for a decision.
  List<PolicyDocument> enforced() {
    return all(PolicyDocument.class).filter(policy -> !isOnTrial(policy)).toList();
  }

  static boolean isOnTrial(PolicyDocument policy) {
    return policy.metadata().annotation(AuthorizationPolicySyntax.DRY_RUN).equals("true");
  }

  List<String> ownTrustDomains() {
    return Stream.concat(Stream.of(settings.trustDomain()), settings.trustDomainAliases().stream())
        .map(TrustDomain::name)
        .toList();
  }

  static Part part(Workload workload) {
    if ("true".equals(workload.podLabels().get("sidecar.istio.io/inject"))) {
      return Part.SIDECAR;
    }
    return "none".equals(workload.podLabels().get("istio.io/dataplane-mode"))
        ? Part.OUTSIDE
        : Part.AMBIENT;
  }

  /// Every waypoint that traffic to a Service may take.
  List<WaypointName> waypointsOf(Service service) {
    Metadata own = service.metadata();
    return waypointOf(service).stream()
        .flatMap(primary ->
            own.labels().containsKey(CANARY)
                ? Stream.of(primary, new WaypointName(own.namespace(), own.label(CANARY)))
                : Stream.of(primary))
        .toList();
  }

  /// The waypoint that serves a Service: its own label, else its Namespace's.
  Optional<WaypointName> waypointOf(Service service) {
    if (service.addressing() != Addressing.VIP) {
      return Optional.empty();
    }
    Metadata own = service.metadata();
    if (own.labels().containsKey(USE)) {
      return waypoint(own, own.namespace());
    }
    return all(Namespace.class)
        .map(Namespace::metadata)
        .filter(namespace -> namespace.name().equals(own.namespace()))
        .flatMap(namespace -> waypoint(namespace, own.namespace()).stream())
        .findFirst();
  }

  private static Optional<WaypointName> waypoint(Metadata labelled, String home) {
    String name = labelled.label(USE);
    String other = labelled.label(USE_NAMESPACE);
    return name.isEmpty() || name.equals("none")
        ? Optional.empty()
        : Optional.of(new WaypointName(other.isEmpty() ? home : other, name));
  }

  boolean isBound(Service service) {
    return waypointOf(service).isPresent();
  }

  static boolean isEndpoint(Service service, Workload workload) {
    return service.metadata().namespace().equals(workload.metadata().namespace())
        && workload.podLabels().entrySet().containsAll(service.selector().entrySet());
  }

  World with(List<? extends Document> other) {
    return new World(List.copyOf(other), settings);
  }

  /// The same mesh in which missing waypoints lower policies instead of refusing them.
  World lenient() {
    return new World(
        documents,
        new MeshSettings(
            settings.trustDomain(),
            settings.trustDomainAliases(),
            settings.rootNamespace(),
            settings.clusterDomain(),
            settings.pathNormalization(),
            OnMissingWaypoint.DENY,
            settings.extensionProviders(),
            settings.bundle(),
            settings.suppressions()));
  }

  /// A world that compiles, and what comes of it.
  record Sound(World world, Compiled compiled) {}

  /// This world without the policies that the compiler refuses.
  Sound sound() {
    World world = this;
    while (true) {
      var problems = new Diagnostics();
      PlacedMesh placed = Placer.place(Linker.link(world.documents, settings, problems), problems);
      if (!problems.hasErrors()) {
        return new Sound(
            world, Compiled.of(placed, ShardLowering.lower(placed), problems.sorted()));
      }
      world = world.without(refused(problems));
    }
  }

  private World without(Set<ResourceRef> refused) {
    List<Document> rest =
        documents.stream()
            .filter(document ->
                !(document instanceof PolicyDocument)
                    || !refused.contains(document.metadata().resource()))
            .toList();
    if (rest.size() == documents.size()) {
      throw new AssertionError("the topology itself is refused: " + findings());
    }
    return with(rest);
  }

  private static Set<ResourceRef> refused(Diagnostics problems) {
    var refused = new HashSet<ResourceRef>();
    problems.sorted().stream()
        .filter(finding -> finding.severity() == Severity.ERROR)
        .forEach(finding -> refused.add(Objects.requireNonNull(finding.resource())));
    return refused;
  }

  /// What the compiler says about it.
  List<Diagnostic> findings() {
    var problems = new Diagnostics();
    Placer.place(Linker.link(documents, settings, problems), problems);
    return problems.sorted();
  }

  /// What the proxies are given if placement has this fault; empty when the compiler refuses the
  /// world.
  Optional<Compiled> compile(Fault fault) {
    var problems = new Diagnostics();
    LinkedMesh linked = Linker.link(fault.documents(documents), settings, problems);
    PlacedMesh placed = fault.placed(Placer.place(linked, problems));
    if (problems.hasErrors()) {
      return Optional.empty();
    }
    List<PolicyShard> shards =
        ShardLowering.lower(placed).stream().map(shard -> fault.shard(shard, placed)).toList();
    return Optional.of(Compiled.of(placed, shards, problems.sorted()));
  }

  /// What ztunnel and the waypoints were given, and what was said about it.
  record Compiled(
      PlacedMesh placed,
      PolicyShard ztunnel,
      Map<WaypointName, PolicyShard> waypoints,
      List<Diagnostic> findings) {

    static Compiled of(PlacedMesh placed, List<PolicyShard> shards, List<Diagnostic> findings) {
      var waypoints = new HashMap<WaypointName, PolicyShard>();
      PolicyShard ztunnel = shards.getFirst();
      for (PolicyShard shard : shards) {
        switch (shard.point()) {
          case EnforcementPoint.Ztunnel() -> ztunnel = shard;
          case EnforcementPoint.Waypoint(var namespace, var name) ->
              waypoints.put(new WaypointName(namespace, name), shard);
        }
      }
      return new Compiled(placed, ztunnel, Map.copyOf(waypoints), findings);
    }
  }
}
