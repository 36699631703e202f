package dev.sluice.compiler.review;

import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.link.LinkedPolicy.Authorization;
import dev.sluice.compiler.link.LinkedPolicy.PeerAuth;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.link.LinkedWorkload.Membership;
import dev.sluice.compiler.place.District;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.MtlsRequirement;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.TreeDecider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What applies to the workloads of one namespace that ztunnel protects, worked out once for all
/// findings.
final class Overview {

  private final LinkedMesh mesh;
  private final District district;
  private final Filing filing;
  private final List<Group> groups;

  /// Workloads of the namespace to which the same applies on direct dials: policies without
  /// targetRefs, guards and mTLS.
  record Group(
      List<LinkedWorkload> workloads,
      List<Authorization> policies,
      List<Authorization> allows,
      List<Guard> guards,
      MtlsRequirement mtls) {

    /// What ztunnel decides by.
    TreeDecider decider() {
      return new TreeDecider(
          new PolicySet(policies.stream().map(Filing::compiled).toList(), List.of(), mtls, guards));
    }
  }

  /// What tells workloads apart: what covers them by their labels.
  private record Key(List<Long> policies, List<Long> peers, List<Long> guards) {

    static <T> List<Long> of(List<ScopeIndex.Filed<T>> found) {
      var numbers = new ArrayList<Long>(2 * found.size());
      for (var one : found) {
        numbers.add(one.rank());
        numbers.add((long) one.number());
      }
      return numbers;
    }
  }

  /// Works out what applies in a district, beside the wide policies.
  Overview(LinkedMesh mesh, Filing wide, District district) {
    this.mesh = mesh;
    this.district = district;
    filing = wide.with(district.admissions(), district.placements());
    groups = grouped();
  }

  private List<Group> grouped() {
    var byKey = new LinkedHashMap<Key, List<LinkedWorkload>>();
    for (LinkedWorkload workload : district.workloads()) {
      if (workload.membership() == Membership.AMBIENT) {
        Destination place = workload.destination();
        var key =
            new Key(
                Key.of(filing.selecting().byLabels(place)),
                Key.of(filing.peers().byLabels(place)),
                Key.of(filing.guards().byLabels(place)));
        byKey.computeIfAbsent(key, _ -> new ArrayList<>()).add(workload);
      }
    }
    return byKey.values().stream().map(this::group).toList();
  }

  private Group group(List<LinkedWorkload> workloads) {
    Destination place = workloads.getFirst().destination();
    List<Authorization> policies = ScopeIndex.values(filing.selecting().covering(place));
    return new Group(
        workloads,
        policies,
        allows(policies),
        ScopeIndex.values(filing.guards().covering(place)),
        MtlsRequirement.resolve(ScopeIndex.values(filing.peers().covering(place))));
  }

  List<Group> groups() {
    return groups;
  }

  LinkedMesh mesh() {
    return mesh;
  }

  District district() {
    return district;
  }

  /// The ALLOW policies that judge traffic addressed to a Service: those of its workloads and those
  /// that target it.
  List<Authorization> allows(Group group, LinkedService service) {
    List<Filing.Addressing> addressing =
        service.waypoint().isEmpty()
            ? List.of()
            : filing.addressing(service.reference().toString());
    if (addressing.isEmpty()) {
      return group.allows();
    }
    var all = new ArrayList<>(group.allows());
    addressing.stream()
        .sorted(Comparator.comparingLong(Filing.Addressing::rank))
        .map(Filing.Addressing::policy)
        .filter(policy -> policy.action() == Action.ALLOW)
        .forEach(all::add);
    return all;
  }

  /// The policy whose guard refuses direct dials of a port; empty when none does.
  Optional<LinkedPolicy> closing(Group group, int port) {
    for (Guard guard : group.guards()) {
      LinkedPolicy owner = filing.owner(guard);
      if (owner != null && guard.refuses().contains(port)) {
        return Optional.of(owner);
      }
    }
    return Optional.empty();
  }

  /// The policy whose guard refuses direct dials of a port and exempts nobody.
  Optional<LinkedPolicy> closingToAll(Group group, int port) {
    for (Guard guard : group.guards()) {
      LinkedPolicy owner = filing.owner(guard);
      if (owner != null && guard.refuses().contains(port) && guard.exempt().isEmpty()) {
        return Optional.of(owner);
      }
    }
    return Optional.empty();
  }

  @Nullable PeerAuth peer(PolicyId id) {
    return filing.peer(id);
  }

  private static List<Authorization> allows(List<Authorization> policies) {
    var allows = new ArrayList<Authorization>();
    for (Authorization policy : policies) {
      if (policy.action() == Action.ALLOW) {
        allows.add(policy);
      }
    }
    return allows;
  }

  /// The ports a workload is known to listen on: of its Services and its own declaration.
  static SortedSet<Integer> ports(LinkedWorkload workload) {
    var ports = new TreeSet<>(workload.syntax().listening().containerPorts());
    workload
        .services()
        .forEach(service -> service.ports().forEach(port -> ports.addAll(port.targets())));
    return ports;
  }
}
