package dev.sluice.compiler.upstream;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.place.Placement;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Client;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.walk.Outcome;
import dev.sluice.compiler.walk.Walk;
import dev.sluice.engine.shard.PolicyShard;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Finds for policies that Istio would enforce differently a request that shows it: one on which
/// the proxies of this bundle and a model of Istio's decide differently.
///
/// Confined to one thread.
public final class UpstreamExamples {

  private static final int MOST_PLACES = 4;
  private static final int MOST_RELATED = 8;
  private static final int USUAL_PORT = 8080;

  private final LinkedMesh mesh;
  private final Walk walk;
  private final UpstreamMesh upstream;
  private final Map<String, LinkedWorkload> workloads = new HashMap<>();
  private final Map<String, List<Placement>> placements = new HashMap<>();

  private UpstreamExamples(PlacedMesh placed, Walk walk) {
    this.mesh = placed.mesh();
    this.walk = walk;
    this.upstream = new UpstreamMesh(mesh);
    mesh.workloads().forEach(workload -> workloads.put(workload.reference(), workload));
    for (Placement placement : placed.placements()) {
      placement.points().stream()
          .flatMap(point -> point.workloads().stream())
          .distinct()
          .forEach(workload ->
              placements.computeIfAbsent(workload, _ -> new ArrayList<>()).add(placement));
    }
  }

  /// Of a mesh that compiled; empty for one with errors, whose proxies are given nothing.
  public static Optional<UpstreamExamples> of(PlacedMesh placed, List<PolicyShard> shards) {
    return shards.isEmpty()
        ? Optional.empty()
        : Optional.of(new UpstreamExamples(placed, Walk.of(placed, shards)));
  }

  /// A request at what this policy protects that Istio would decide differently: one that its own
  /// rules tell apart if possible, else one of the other policies there.
  public Optional<UpstreamExample> of(Placement placement) {
    if (placement.upstreamDiffers().isEmpty() || placement.isOnTrial()) {
      return Optional.empty();
    }
    List<Target> targets = targets(placement);
    return related(placement)
        .map(policy -> search(policy, targets))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Stream<LinkedPolicy> related(Placement placement) {
    Stream<LinkedPolicy> others =
        protectedBy(placement).stream()
            .flatMap(workload -> placements.getOrDefault(workload.reference(), List.of()).stream())
            .map(Placement::policy)
            .filter(LinkedPolicy.Authorization.class::isInstance)
            .filter(policy -> !policy.equals(placement.policy()))
            .limit(MOST_RELATED);
    return Stream.concat(
        Stream.of(placement.policy()),
        placement.policy() instanceof LinkedPolicy.PeerAuth ? Stream.of() : others);
  }

  private Optional<UpstreamExample> search(LinkedPolicy policy, List<Target> targets) {
    List<Client> clients = new Clients(mesh.settings().trustDomain()).of(policy);
    List<Optional<Http>> requests = requests(policy);
    for (Target target : targets) {
      for (Client client : clients) {
        for (Optional<Http> request : requests) {
          Optional<UpstreamExample> found = compare(new Case(client, target, request));
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  private static List<Optional<Http>> requests(LinkedPolicy policy) {
    return policy instanceof LinkedPolicy.PeerAuth
        ? List.of(Optional.empty())
        : Requests.of(policy).stream().map(Optional::of).toList();
  }

  private Optional<UpstreamExample> compare(Case asked) {
    if (!(walk.answer(asked) instanceof Outcome.Answered(Decision ours, var _))) {
      return Optional.empty();
    }
    return upstream
        .decide(asked)
        .filter(theirs -> theirs != ours)
        .map(theirs -> new UpstreamExample(asked, ours, theirs));
  }

  /// Services that the policy's waypoints serve, then workloads dialled directly.
  private List<Target> targets(Placement placement) {
    Set<Target> targets = new LinkedHashSet<>();
    for (LinkedWorkload workload : protectedBy(placement)) {
      for (LinkedService service : workload.servicesBehindWaypoint()) {
        service.ports().stream()
            .limit(1)
            .forEach(port ->
                targets.add(
                    new Target.OfService(
                        service.namespace(), service.name(), port.port(), Optional.empty())));
      }
    }
    for (LinkedWorkload workload : protectedBy(placement)) {
      for (int port : ports(placement, workload)) {
        var metadata = workload.syntax().metadata();
        targets.add(
            new Target.OfWorkload(metadata.namespace(), metadata.name(), port, Optional.empty()));
      }
    }
    return List.copyOf(targets);
  }

  private List<LinkedWorkload> protectedBy(Placement placement) {
    return placement.points().stream()
        .flatMap(point -> point.workloads().stream())
        .distinct()
        .limit(MOST_PLACES)
        .flatMap(reference -> Optional.ofNullable(workloads.get(reference)).stream())
        .toList();
  }

  private static List<Integer> ports(Placement placement, LinkedWorkload workload) {
    var ports = new TreeSet<Integer>();
    workload
        .services()
        .forEach(service -> service.ports().forEach(port -> ports.addAll(port.targets())));
    if (placement.policy() instanceof LinkedPolicy.PeerAuth policy) {
      ports.addAll(policy.syntax().portLevelMtls().keySet());
      ports.addAll(workload.syntax().namedPorts().values());
    }
    if (ports.isEmpty()) {
      ports.add(USUAL_PORT);
    }
    return new ArrayList<>(ports).subList(0, Math.min(MOST_PLACES, ports.size()));
  }
}
