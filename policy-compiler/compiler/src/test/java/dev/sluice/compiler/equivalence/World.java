package dev.sluice.compiler.equivalence;

import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.Linker;
import dev.sluice.compiler.lower.ShardLowering;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.place.Placer;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.PolicyDocument;
import dev.sluice.compiler.syntax.TopologyDocument.Service;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A generated mesh: Services, workloads and policies, and what the compiler makes of them.
record World(List<Document> documents) {

  static final String WAYPOINT_NAMESPACE = "shop";
  static final String WAYPOINT = "wp";

  World {
    documents = List.copyOf(documents);
  }

  List<Service> services() {
    return documents.stream().filter(Service.class::isInstance).map(Service.class::cast).toList();
  }

  List<Workload> workloads() {
    return documents.stream().filter(Workload.class::isInstance).map(Workload.class::cast).toList();
  }

  List<PolicyDocument> policies() {
    return documents.stream()
        .filter(PolicyDocument.class::isInstance)
        .map(PolicyDocument.class::cast)
        .toList();
  }

  static boolean isBound(Service service) {
    return service.metadata().label("istio.io/use-waypoint").equals(WAYPOINT);
  }

  static boolean isEndpoint(Service service, Workload workload) {
    return service.metadata().namespace().equals(workload.metadata().namespace())
        && workload.podLabels().entrySet().containsAll(service.selector().entrySet());
  }

  /// The shards, unless the compiler refuses the world.
  Optional<Compiled> compile() {
    return compile(MeshSettings.defaults());
  }

  Optional<Compiled> compile(MeshSettings settings) {
    var problems = new Diagnostics();
    PlacedMesh placed = Placer.place(Linker.link(documents, settings, problems), problems);
    return problems.hasErrors()
        ? Optional.empty()
        : Optional.of(Compiled.of(ShardLowering.lower(placed)));
  }

  /// What ztunnel and the waypoint were given.
  record Compiled(PolicyShard ztunnel, PolicyShard waypoint) {
    static Compiled of(List<PolicyShard> shards) {
      var rest = new ArrayList<>(shards);
      PolicyShard ztunnel =
          rest.stream()
              .filter(shard -> shard.point() instanceof EnforcementPoint.Ztunnel)
              .findFirst()
              .orElseThrow();
      rest.remove(ztunnel);
      return new Compiled(ztunnel, rest.getFirst());
    }
  }
}
