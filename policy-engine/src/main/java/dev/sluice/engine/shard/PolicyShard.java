package dev.sluice.engine.shard;

import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.MtlsRequirement;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.route.HttpRoute;
import java.util.List;

/// What one kind of enforcement point enforces: all of ztunnel's rules, or all of one waypoint's.
///
/// Policies that concern a destination are found by {@link #slice}, at enrolment, not per decision.
/// `shadow` holds policies on trial: they are evaluated aside and counted; no decision depends on
/// them.
public record PolicyShard(
    EnforcementPoint point,
    MeshFacts mesh,
    List<AuthorizationPolicy> policies,
    List<PeerAuthentication> peerAuthentications,
    List<RequestAuthentication> requestAuthentications,
    List<Guard> guards,
    List<WaypointBinding> bindings,
    List<HttpRoute> routes,
    List<AuthorizationPolicy> shadow) {

  public PolicyShard {
    policies = List.copyOf(policies);
    peerAuthentications = List.copyOf(peerAuthentications);
    requestAuthentications = List.copyOf(requestAuthentications);
    guards = List.copyOf(guards);
    bindings = List.copyOf(bindings);
    routes = List.copyOf(routes);
    shadow = List.copyOf(shadow);
  }

  /// A shard without policies on trial.
  public PolicyShard(
      EnforcementPoint point,
      MeshFacts mesh,
      List<AuthorizationPolicy> policies,
      List<PeerAuthentication> peerAuthentications,
      List<RequestAuthentication> requestAuthentications,
      List<Guard> guards,
      List<WaypointBinding> bindings,
      List<HttpRoute> routes) {
    this(
        point,
        mesh,
        policies,
        peerAuthentications,
        requestAuthentications,
        guards,
        bindings,
        routes,
        List.of());
  }

  /// This shard with other policies on trial.
  public PolicyShard withShadow(List<AuthorizationPolicy> onTrial) {
    return new PolicyShard(
        point,
        mesh,
        policies,
        peerAuthentications,
        requestAuthentications,
        guards,
        bindings,
        routes,
        onTrial);
  }

  /// Who enforces a shard.
  public sealed interface EnforcementPoint {
    /// Every ztunnel of the mesh.
    record Ztunnel() implements EnforcementPoint {}

    /// One waypoint by namespace and name.
    record Waypoint(String namespace, String name) implements EnforcementPoint {}

    /// The name of the content in the signed manifest: `ztunnel` or `waypoint/<namespace>/<name>`.
    default String contentName() {
      return switch (this) {
        case Ztunnel() -> "ztunnel";
        case Waypoint(var namespace, var name) -> "waypoint/" + namespace + "/" + name;
      };
    }
  }

  /// Mesh settings the proxies decide by.
  public record MeshFacts(
      TrustDomain trustDomain, List<TrustDomain> aliases, PathNormalization pathNormalization) {
    public MeshFacts {
      aliases = List.copyOf(aliases);
    }
  }

  /// How paths are made canonical before any decision. Source: Istio MeshConfig.pathNormalization.
  public enum PathNormalization {
    NONE,
    BASE,
    MERGE_SLASHES,
    DECODE_AND_MERGE_SLASHES
  }

  /// A Service that placement assumed to be served by a waypoint (empty names: by none).
  public record WaypointBinding(
      String serviceNamespace, String serviceName, String waypointNamespace, String waypointName) {}

  /// The policies on trial for one destination; {@link #slice} holds none of them.
  public List<AuthorizationPolicy> shadow(Destination destination) {
    return shadow.stream().filter(policy -> policy.scope().covers(destination)).toList();
  }

  /// The part that can concern destinations in one namespace, in the same order: slicing it gives
  /// for them what slicing all gives.
  public PolicyShard within(String namespace) {
    return new PolicyShard(
        point,
        mesh,
        policies.stream().filter(policy -> policy.scope().reaches(namespace)).toList(),
        peerAuthentications.stream().filter(policy -> policy.scope().reaches(namespace)).toList(),
        requestAuthentications.stream()
            .filter(policy -> policy.scope().reaches(namespace))
            .toList(),
        guards.stream().filter(guard -> guard.scope().reaches(namespace)).toList(),
        bindings,
        routes,
        shadow.stream().filter(policy -> policy.scope().reaches(namespace)).toList());
  }

  /// Everything that is enforced for one destination.
  public PolicySet slice(Destination destination) {
    return new PolicySet(
        policies.stream().filter(policy -> policy.scope().covers(destination)).toList(),
        requestAuthentications.stream()
            .filter(policy -> policy.scope().covers(destination))
            .toList(),
        MtlsRequirement.resolve(
            peerAuthentications.stream()
                .filter(policy -> policy.scope().covers(destination))
                .toList()),
        guards.stream().filter(guard -> guard.scope().covers(destination)).toList());
  }
}
