package dev.sluice.engine.wire;

import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.policy.PortSet;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.schemas.bundle.v1.Admission;
import dev.sluice.schemas.bundle.v1.ClaimHeader;
import dev.sluice.schemas.bundle.v1.JwtRule;
import dev.sluice.schemas.bundle.v1.MeshFacts;
import dev.sluice.schemas.bundle.v1.Mode;
import dev.sluice.schemas.bundle.v1.PathNormalization;
import dev.sluice.schemas.bundle.v1.Shard;
import dev.sluice.schemas.bundle.v1.TokenLocation;
import dev.sluice.schemas.bundle.v1.WaypointBinding;

/// Writes a shard as protobuf.
final class ShardWriter {

  private ShardWriter() {}

  static Shard shard(PolicyShard shard) {
    var out = Shard.newBuilder().setPoint(shard.point().contentName()).setMesh(mesh(shard.mesh()));
    shard.policies().forEach(policy -> out.addPolicies(PolicyWriter.policy(policy)));
    shard
        .peerAuthentications()
        .forEach(policy -> out.addPeerAuthentications(peerAuthentication(policy)));
    shard
        .requestAuthentications()
        .forEach(policy -> out.addRequestAuthentications(requestAuthentication(policy)));
    shard.guards().forEach(guard -> out.addGuards(guard(guard)));
    shard.bindings().forEach(binding -> out.addBindings(binding(binding)));
    shard.routes().forEach(route -> out.addRoutes(RouteWriter.route(route)));
    shard
        .shadow()
        .forEach(policy -> out.getShadowBuilder().addPolicies(PolicyWriter.policy(policy)));
    return out.build();
  }

  private static MeshFacts mesh(PolicyShard.MeshFacts mesh) {
    var out =
        MeshFacts.newBuilder()
            .setTrustDomain(mesh.trustDomain().name())
            .setPathNormalization(
                switch (mesh.pathNormalization()) {
                  case NONE -> PathNormalization.PATH_NORMALIZATION_NONE;
                  case BASE -> PathNormalization.PATH_NORMALIZATION_BASE;
                  case MERGE_SLASHES -> PathNormalization.PATH_NORMALIZATION_MERGE_SLASHES;
                  case DECODE_AND_MERGE_SLASHES ->
                      PathNormalization.PATH_NORMALIZATION_DECODE_AND_MERGE_SLASHES;
                });
    mesh.aliases().forEach(alias -> out.addAliases(alias.name()));
    return out.build();
  }

  private static dev.sluice.schemas.bundle.v1.PeerAuthentication peerAuthentication(
      PeerAuthentication policy) {
    var out =
        dev.sluice.schemas.bundle.v1.PeerAuthentication.newBuilder()
            .setId(PolicyWriter.id(policy.id()))
            .setScope(PolicyWriter.scope(policy.scope()))
            .setMode(mode(policy.mode()));
    policy.portModes().forEach((port, mode) -> out.putPortModes(port, mode(mode)));
    return out.build();
  }

  private static Mode mode(PeerAuthentication.Mode mode) {
    return switch (mode) {
      case UNSET -> Mode.MODE_UNSET;
      case DISABLE -> Mode.MODE_DISABLE;
      case PERMISSIVE -> Mode.MODE_PERMISSIVE;
      case STRICT -> Mode.MODE_STRICT;
    };
  }

  private static dev.sluice.schemas.bundle.v1.RequestAuthentication requestAuthentication(
      RequestAuthentication policy) {
    var out =
        dev.sluice.schemas.bundle.v1.RequestAuthentication.newBuilder()
            .setId(PolicyWriter.id(policy.id()))
            .setScope(PolicyWriter.scope(policy.scope()));
    policy.rules().forEach(rule -> out.addRules(rule(rule)));
    return out.build();
  }

  private static JwtRule rule(RequestAuthentication.JwtRule rule) {
    var forwarding = rule.forwarding();
    var out =
        JwtRule.newBuilder()
            .setIssuer(rule.issuer())
            .addAllAudiences(rule.audiences())
            .setJwks(rule.jwks())
            .setForwardOriginalToken(
                switch (forwarding.originalToken()) {
                  case STRIPPED -> false;
                  case FORWARDED -> true;
                })
            .setPayloadHeader(forwarding.payloadHeader())
            .addAllSpaceDelimitedClaims(forwarding.spaceDelimitedClaims());
    rule.locations().forEach(location -> out.addLocations(location(location)));
    for (var copied : forwarding.claimHeaders()) {
      out.addClaimHeaders(
          ClaimHeader.newBuilder().setHeader(copied.header()).setClaim(copied.claim()));
    }
    return out.build();
  }

  private static TokenLocation location(RequestAuthentication.TokenLocation location) {
    var out = TokenLocation.newBuilder();
    return switch (location) {
      case RequestAuthentication.TokenLocation.FromHeader(var name, var prefix) ->
          out.setHeader(
                  TokenLocation.FromHeader.newBuilder().setName(name).setPrefix(prefix).build())
              .build();
      case RequestAuthentication.TokenLocation.FromParameter(var name) ->
          out.setParameter(name).build();
      case RequestAuthentication.TokenLocation.FromCookie(var name) -> out.setCookie(name).build();
    };
  }

  private static dev.sluice.schemas.bundle.v1.Guard guard(Guard guard) {
    var out =
        dev.sluice.schemas.bundle.v1.Guard.newBuilder()
            .setId(PolicyWriter.id(guard.id()))
            .setScope(PolicyWriter.scope(guard.scope()))
            .setRefuses(ports(guard.refuses()));
    for (var admission : guard.admits()) {
      out.addAdmits(
          Admission.newBuilder()
              .setWaypoint(admission.waypoint().uri())
              .setPorts(ports(admission.ports())));
    }
    guard.exempt().forEach(match -> out.addExempt(PolicyWriter.match(match)));
    return out.build();
  }

  private static dev.sluice.schemas.bundle.v1.PortSet ports(PortSet ports) {
    var out = dev.sluice.schemas.bundle.v1.PortSet.newBuilder();
    return switch (ports) {
      case PortSet.AllExcept(var excepted) -> out.setAllExcept(true).addAllPorts(excepted).build();
      case PortSet.Ports(var listed) -> out.addAllPorts(listed).build();
    };
  }

  private static WaypointBinding binding(PolicyShard.WaypointBinding binding) {
    return WaypointBinding.newBuilder()
        .setServiceNamespace(binding.serviceNamespace())
        .setServiceName(binding.serviceName())
        .setWaypointNamespace(binding.waypointNamespace())
        .setWaypointName(binding.waypointName())
        .build();
  }
}
