package dev.sluice.engine.generate;

import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.policy.RequestAuthentication.ClaimHeader;
import dev.sluice.engine.policy.RequestAuthentication.Forwarding;
import dev.sluice.engine.policy.RequestAuthentication.JwtRule;
import dev.sluice.engine.policy.RequestAuthentication.OriginalToken;
import dev.sluice.engine.policy.RequestAuthentication.TokenLocation;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import dev.sluice.engine.shard.PolicyShard.MeshFacts;
import dev.sluice.engine.shard.PolicyShard.PathNormalization;
import dev.sluice.engine.shard.PolicyShard.WaypointBinding;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/// Whole shards.
public final class Shards {

  private static final Arbitrary<String> NAMES = Arbitraries.of("a", "b", "ü", "x.y");

  private Shards() {}

  /// Shards with something of everything.
  public static Arbitrary<PolicyShard> shard() {
    return Combinators.combine(enforced(), Policies.policy(2).list().ofMaxSize(2))
        .as(PolicyShard::withShadow);
  }

  private static Arbitrary<PolicyShard> enforced() {
    return Combinators.combine(
            Arbitraries.oneOf(
                Arbitraries.just(new EnforcementPoint.Ztunnel()),
                Combinators.combine(NAMES, NAMES).as(EnforcementPoint.Waypoint::new)),
            mesh(),
            Policies.policy(3).list().ofMaxSize(4),
            Policies.peerAuthentication().list().ofMaxSize(3),
            requestAuthentication().list().ofMaxSize(2),
            Policies.guard().list().ofMaxSize(2),
            binding().list().ofMaxSize(3),
            Routes.route().list().ofMaxSize(3))
        .as(PolicyShard::new);
  }

  private static Arbitrary<MeshFacts> mesh() {
    var domains = Arbitraries.of(Values.DOMAINS).map(TrustDomain::new);
    return Combinators.combine(
            domains, domains.list().ofMaxSize(2), Arbitraries.of(PathNormalization.class))
        .as(MeshFacts::new);
  }

  private static Arbitrary<WaypointBinding> binding() {
    return Arbitraries.oneOf(
        Combinators.combine(NAMES, NAMES, NAMES, NAMES).as(WaypointBinding::new),
        Combinators.combine(NAMES, NAMES)
            .as((namespace, name) -> new WaypointBinding(namespace, name, "", "")));
  }

  private static Arbitrary<RequestAuthentication> requestAuthentication() {
    return Combinators.combine(
            Values.id("RequestAuthentication"), Policies.scope(), jwtRule().list().ofMaxSize(2))
        .as(RequestAuthentication::new);
  }

  private static Arbitrary<JwtRule> jwtRule() {
    var forwarding =
        Combinators.combine(
                Arbitraries.of(OriginalToken.class),
                Arbitraries.of("", "x-payload"),
                Combinators.combine(NAMES, NAMES).as(ClaimHeader::new).list().ofMaxSize(2),
                NAMES.list().ofMaxSize(2))
            .as(Forwarding::new);
    return Combinators.combine(
            NAMES,
            NAMES.list().ofMaxSize(2),
            Arbitraries.just("{\"keys\":[]}"),
            location().list().ofMaxSize(3),
            forwarding)
        .as(JwtRule::new);
  }

  private static Arbitrary<TokenLocation> location() {
    return Arbitraries.oneOf(
        List.of(
            Combinators.combine(NAMES, Arbitraries.of("", "Bearer "))
                .as(TokenLocation.FromHeader::new),
            NAMES.map(TokenLocation.FromParameter::new),
            NAMES.map(TokenLocation.FromCookie::new)));
  }
}
