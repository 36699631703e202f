package dev.sluice.engine.wire;

import static dev.sluice.engine.wire.Strict.each;
import static dev.sluice.engine.wire.Strict.filled;

import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.policy.PortSet;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.policy.RequestAuthentication.Forwarding;
import dev.sluice.engine.policy.RequestAuthentication.OriginalToken;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import dev.sluice.schemas.bundle.v1.JwtRule;
import dev.sluice.schemas.bundle.v1.MeshFacts;
import dev.sluice.schemas.bundle.v1.Mode;
import dev.sluice.schemas.bundle.v1.PathNormalization;
import dev.sluice.schemas.bundle.v1.Shard;
import dev.sluice.schemas.bundle.v1.TokenLocation;
import dev.sluice.schemas.bundle.v1.WaypointBinding;
import java.util.HashMap;
import java.util.Map;

/// Reads a shard from protobuf, refusing whatever is not exactly understood.
final class ShardReader {

  private ShardReader() {}

  static PolicyShard shard(Shard shard) throws MalformedException {
    return new PolicyShard(
        point(shard.getPoint()),
        mesh(shard),
        each(shard.getPoliciesList(), PolicyReader::policy),
        each(shard.getPeerAuthenticationsList(), ShardReader::peerAuthentication),
        each(shard.getRequestAuthenticationsList(), ShardReader::requestAuthentication),
        each(shard.getGuardsList(), ShardReader::guard),
        each(shard.getBindingsList(), ShardReader::binding),
        each(shard.getRoutesList(), RouteReader::route),
        each(shard.getShadow().getPoliciesList(), PolicyReader::policy));
  }

  private static EnforcementPoint point(String name) throws MalformedException {
    if (name.equals("ztunnel")) {
      return new EnforcementPoint.Ztunnel();
    }
    String[] parts = name.split("/", -1);
    if (parts.length != 3 || !parts[0].equals("waypoint")) {
      throw new MalformedException("unknown enforcement point `" + name + "`");
    }
    return new EnforcementPoint.Waypoint(
        filled(parts[1], "waypoint namespace"), filled(parts[2], "waypoint name"));
  }

  private static PolicyShard.MeshFacts mesh(Shard shard) throws MalformedException {
    if (!shard.hasMesh()) {
      throw Strict.unset("mesh");
    }
    MeshFacts mesh = shard.getMesh();
    return new PolicyShard.MeshFacts(
        Strict.trustDomain(mesh.getTrustDomain()),
        each(mesh.getAliasesList(), Strict::trustDomain),
        normalization(mesh.getPathNormalization()));
  }

  private static PolicyShard.PathNormalization normalization(PathNormalization normalization)
      throws MalformedException {
    return switch (normalization) {
      case PATH_NORMALIZATION_NONE -> PolicyShard.PathNormalization.NONE;
      case PATH_NORMALIZATION_BASE -> PolicyShard.PathNormalization.BASE;
      case PATH_NORMALIZATION_MERGE_SLASHES -> PolicyShard.PathNormalization.MERGE_SLASHES;
      case PATH_NORMALIZATION_DECODE_AND_MERGE_SLASHES ->
          PolicyShard.PathNormalization.DECODE_AND_MERGE_SLASHES;
      case PATH_NORMALIZATION_UNSPECIFIED, UNRECOGNIZED -> throw Strict.unset("pathNormalization");
    };
  }

  private static PeerAuthentication peerAuthentication(
      dev.sluice.schemas.bundle.v1.PeerAuthentication policy) throws MalformedException {
    Map<Integer, PeerAuthentication.Mode> ports = new HashMap<>();
    for (int port : policy.getPortModesMap().keySet()) {
      // an absent key cannot be asked for here, so the default is never taken
      ports.put(Strict.port(port), mode(policy.getPortModesOrDefault(port, Mode.MODE_UNSPECIFIED)));
    }
    return new PeerAuthentication(
        PolicyReader.id(policy.getId()),
        PolicyReader.scope(policy.getScope()),
        mode(policy.getMode()),
        ports);
  }

  private static PeerAuthentication.Mode mode(Mode mode) throws MalformedException {
    return switch (mode) {
      case MODE_UNSET -> PeerAuthentication.Mode.UNSET;
      case MODE_DISABLE -> PeerAuthentication.Mode.DISABLE;
      case MODE_PERMISSIVE -> PeerAuthentication.Mode.PERMISSIVE;
      case MODE_STRICT -> PeerAuthentication.Mode.STRICT;
      case MODE_UNSPECIFIED, UNRECOGNIZED -> throw Strict.unset("mode");
    };
  }

  private static RequestAuthentication requestAuthentication(
      dev.sluice.schemas.bundle.v1.RequestAuthentication policy) throws MalformedException {
    return new RequestAuthentication(
        PolicyReader.id(policy.getId()),
        PolicyReader.scope(policy.getScope()),
        each(policy.getRulesList(), ShardReader::rule));
  }

  private static RequestAuthentication.JwtRule rule(JwtRule rule) throws MalformedException {
    var headers =
        each(
            rule.getClaimHeadersList(),
            copied ->
                new RequestAuthentication.ClaimHeader(
                    filled(copied.getHeader(), "header of a claim"),
                    filled(copied.getClaim(), "claim of a header")));
    return new RequestAuthentication.JwtRule(
        filled(rule.getIssuer(), "issuer"),
        each(rule.getAudiencesList(), audience -> filled(audience, "audience")),
        filled(rule.getJwks(), "jwks"),
        each(rule.getLocationsList(), ShardReader::location),
        new Forwarding(
            rule.getForwardOriginalToken() ? OriginalToken.FORWARDED : OriginalToken.STRIPPED,
            rule.getPayloadHeader(),
            headers,
            rule.getSpaceDelimitedClaimsList()));
  }

  private static RequestAuthentication.TokenLocation location(TokenLocation location)
      throws MalformedException {
    return switch (location.getLocationCase()) {
      case HEADER ->
          new RequestAuthentication.TokenLocation.FromHeader(
              filled(location.getHeader().getName(), "token header"),
              location.getHeader().getPrefix());
      case PARAMETER ->
          new RequestAuthentication.TokenLocation.FromParameter(
              filled(location.getParameter(), "token parameter"));
      case COOKIE ->
          new RequestAuthentication.TokenLocation.FromCookie(
              filled(location.getCookie(), "token cookie"));
      case LOCATION_NOT_SET -> throw Strict.unset("token location");
    };
  }

  private static Guard guard(dev.sluice.schemas.bundle.v1.Guard guard) throws MalformedException {
    if (!guard.hasRefuses()) {
      throw Strict.unset("refused ports");
    }
    var admits =
        each(
            guard.getAdmitsList(),
            admission -> {
              if (!admission.hasPorts()) {
                throw Strict.unset("admitted ports");
              }
              return new Guard.Admission(
                  Strict.identity(admission.getWaypoint()), ports(admission.getPorts()));
            });
    return new Guard(
        PolicyReader.id(guard.getId()),
        PolicyReader.scope(guard.getScope()),
        admits,
        ports(guard.getRefuses()),
        each(guard.getExemptList(), PolicyReader::match));
  }

  private static PortSet ports(dev.sluice.schemas.bundle.v1.PortSet ports)
      throws MalformedException {
    var listed = Strict.ports(ports.getPortsList());
    return ports.getAllExcept() ? new PortSet.AllExcept(listed) : new PortSet.Ports(listed);
  }

  private static PolicyShard.WaypointBinding binding(WaypointBinding binding)
      throws MalformedException {
    if (binding.getWaypointNamespace().isEmpty() != binding.getWaypointName().isEmpty()) {
      throw new MalformedException("waypoint of a binding is named by half");
    }
    return new PolicyShard.WaypointBinding(
        filled(binding.getServiceNamespace(), "service namespace"),
        filled(binding.getServiceName(), "service name"),
        binding.getWaypointNamespace(),
        binding.getWaypointName());
  }
}
