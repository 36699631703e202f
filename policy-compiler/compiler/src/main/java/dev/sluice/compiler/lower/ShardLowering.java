package dev.sluice.compiler.lower;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.compiler.place.District;
import dev.sluice.compiler.place.District.Ranked;
import dev.sluice.compiler.place.Districts;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.route.HttpRoute;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import dev.sluice.engine.shard.PolicyShard.MeshFacts;
import dev.sluice.engine.shard.PolicyShard.WaypointBinding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Makes the shards of a bundle: one for all ztunnels, one for each waypoint; in canonical order.
public final class ShardLowering {

  private final LinkedMesh mesh;
  private final Districts districts;
  private final Map<PolicyId, AuthorizationPolicy> substitutes = new HashMap<>();
  private final Map<String, Lowered> lowered = new HashMap<>();
  private final DistrictLowering wide;
  private final RouteLowering routes;

  /// A district, and what became of its policies under some settings.
  private record Lowered(District district, MeshSettings settings, DistrictLowering lowering) {}

  /// All that the shard of a waypoint is made of.
  private record Parts(
      Waypoint waypoint,
      MeshSettings settings,
      List<LinkedService> services,
      SortedSet<String> namespaces,
      List<District> districts,
      List<Ranked> wide,
      List<HttpRoute> routes) {}

  private record WaypointShard(Parts parts, PolicyShard shard) {}

  /// What lowering leaves for the next time: what became of a namespace that did not change, and
  /// the shards of waypoints whose namespaces did not.
  ///
  /// Confined to the thread that compiles; holds what the last mesh held.
  public static final class Memory {
    private Map<String, Lowered> lowered = Map.of();
    private Map<Waypoint, WaypointShard> shards = Map.of();
  }

  private ShardLowering(PlacedMesh placed, Districts districts, Memory memory) {
    this.mesh = placed.mesh();
    this.districts = districts;
    placed.substitutes().forEach(policy -> substitutes.put(policy.id(), policy));
    List<Lowered> all =
        districts.all().parallelStream()
            .map(district -> lowered(district, memory.lowered.get(district.namespace())))
            .toList();
    all.forEach(one -> lowered.put(one.district().namespace(), one));
    wide = new DistrictLowering(List.of(), districts.wide(), substitutes);
    routes = new RouteLowering(mesh);
  }

  /// Makes the shards of a mesh that will not be lowered again.
  public static List<PolicyShard> lower(PlacedMesh placed) {
    return lower(placed, Districts.of(placed), new Memory()).all();
  }

  /// The shards of a mesh, and the part of ztunnel's shard that can concern destinations in any one
  /// namespace; only what is enforced.
  public record Shards(List<PolicyShard> all, Function<String, PolicyShard> ztunnelIn) {
    public Shards {
      all = List.copyOf(all);
    }
  }

  /// Makes the shards of a mesh that was taken apart.
  public static Shards lower(PlacedMesh placed, Districts districts, Memory memory) {
    var lowering = new ShardLowering(placed, districts, memory);
    var shards = new ArrayList<PolicyShard>();
    shards.add(lowering.ztunnel());
    var atWaypoints = new HashMap<Waypoint, WaypointShard>();
    placed.mesh().waypoints().stream()
        .sorted(Comparator.comparing(Waypoint::reference))
        .forEach(waypoint -> {
          WaypointShard made = lowering.waypoint(waypoint, memory.shards.get(waypoint));
          atWaypoints.put(waypoint, made);
          shards.add(made.shard());
        });
    memory.lowered = lowering.lowered;
    memory.shards = atWaypoints;
    return new Shards(shards, lowering::ztunnelIn);
  }

  private Lowered lowered(District district, @Nullable Lowered before) {
    return before != null
            && before.district().equals(district)
            && before.settings().equals(mesh.settings())
        ? before
        : new Lowered(
            district,
            mesh.settings(),
            new DistrictLowering(district.admissions(), district.placements(), substitutes));
  }

  private PolicyShard ztunnel() {
    var all = new ArrayList<DistrictLowering>();
    for (District district : districts.all()) {
      all.add(lowering(district));
    }
    return new PolicyShard(
        new EnforcementPoint.Ztunnel(),
        facts(),
        merged(all, part -> part.atZtunnel().enforced(), AuthorizationPolicy::id),
        merged(all, DistrictLowering::peers, PeerAuthentication::id),
        List.of(),
        merged(all, DistrictLowering::guards, Guard::id),
        mesh.sortedServices().stream()
            .map(service -> binding(service, service.waypoint()))
            .toList(),
        List.of(),
        merged(all, part -> part.atZtunnel().onTrial(), AuthorizationPolicy::id));
  }

  private PolicyShard ztunnelIn(String namespace) {
    List<DistrictLowering> own =
        districts.of(namespace).map(this::lowering).map(List::of).orElse(List.of());
    return new PolicyShard(
        new EnforcementPoint.Ztunnel(),
        facts(),
        merged(own, part -> part.atZtunnel().enforced(), AuthorizationPolicy::id),
        merged(own, DistrictLowering::peers, PeerAuthentication::id),
        List.of(),
        merged(own, DistrictLowering::guards, Guard::id),
        List.of(),
        List.of());
  }

  private DistrictLowering lowering(District district) {
    return java.util.Objects.requireNonNull(lowered.get(district.namespace())).lowering();
  }

  /// What became of districts, which are in canonical order one after the other, with what became
  /// of the wide policies in between.
  private <T> List<T> merged(
      Collection<DistrictLowering> parts,
      Function<DistrictLowering, List<T>> from,
      Function<T, PolicyId> id) {
    var own = new ArrayList<T>();
    parts.forEach(part -> own.addAll(from.apply(part)));
    List<T> others = from.apply(wide);
    if (others.isEmpty()) {
      return own;
    }
    var all = new ArrayList<T>(own.size() + others.size());
    Comparator<T> order = Comparator.comparing(id);
    int next = 0;
    for (T other : others) {
      int found = Collections.binarySearch(own.subList(next, own.size()), other, order);
      int end = next + (found < 0 ? -found - 1 : found);
      all.addAll(own.subList(next, end));
      all.add(other);
      next = end;
    }
    all.addAll(own.subList(next, own.size()));
    return all;
  }

  private WaypointShard waypoint(Waypoint waypoint, @Nullable WaypointShard before) {
    List<LinkedService> services = mesh.servicesOf(waypoint);
    List<HttpRoute> applied = routes.lowered(waypoint);
    boolean isSame =
        before != null
            && before.parts().services().equals(services)
            && before.parts().routes().equals(applied)
            && before.parts().settings().equals(mesh.settings())
            && before.parts().wide().equals(districts.wide());
    if (before != null
        && isSame
        && districtsOf(before.parts().namespaces()).equals(before.parts().districts())) {
      return before;
    }
    var concern = new WaypointConcern(mesh, waypoint, routes.of(waypoint));
    var parts =
        new Parts(
            waypoint,
            mesh.settings(),
            services,
            concern.namespaces(),
            districtsOf(concern.namespaces()),
            districts.wide(),
            applied);
    return new WaypointShard(parts, waypoint(parts, concern));
  }

  private List<District> districtsOf(Collection<String> namespaces) {
    var found = new ArrayList<District>();
    for (String namespace : namespaces) {
      districts.of(namespace).ifPresent(found::add);
    }
    return found;
  }

  private PolicyShard waypoint(Parts parts, WaypointConcern concern) {
    var all = new ArrayList<DistrictLowering>();
    parts.districts().forEach(district -> all.add(lowering(district)));
    return new PolicyShard(
        new EnforcementPoint.Waypoint(parts.waypoint().namespace(), parts.waypoint().name()),
        facts(),
        concern.policies(
            merged(all, part -> part.atWaypoints().enforced(), AuthorizationPolicy::id)),
        List.of(),
        concern.requests(merged(all, DistrictLowering::requests, RequestAuthentication::id)),
        List.of(),
        parts.services().stream()
            .map(service -> binding(service, Optional.of(parts.waypoint())))
            .toList(),
        parts.routes(),
        concern.policies(
            merged(all, part -> part.atWaypoints().onTrial(), AuthorizationPolicy::id)));
  }

  private MeshFacts facts() {
    var settings = mesh.settings();
    return new MeshFacts(
        settings.trustDomain(), settings.trustDomainAliases(), settings.pathNormalization());
  }

  private static WaypointBinding binding(LinkedService service, Optional<Waypoint> waypoint) {
    return new WaypointBinding(
        service.namespace(),
        service.name(),
        waypoint.map(Waypoint::namespace).orElse(""),
        waypoint.map(Waypoint::name).orElse(""));
  }
}
