package dev.sluice.engine.wire;

import static dev.sluice.engine.wire.SmallShard.small;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.sluice.engine.wire.ShardCodec.Decoded;
import dev.sluice.schemas.bundle.v1.Action;
import dev.sluice.schemas.bundle.v1.Mode;
import dev.sluice.schemas.bundle.v1.Shard;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ShardReaderTest {

  private static Arguments breach(String name, Consumer<Shard.Builder> change) {
    return Arguments.of(name, change);
  }

  private static dev.sluice.schemas.bundle.v1.Condition.Builder condition(Shard.Builder shard) {
    return shard.getPoliciesBuilder(0).getRulesBuilder(0).getConditionBuilder();
  }

  private static dev.sluice.schemas.bundle.v1.HttpRoute.Builder route(Shard.Builder shard) {
    var route = shard.addRoutesBuilder();
    route.getIdBuilder().setKind("HTTPRoute").setNamespace("shop").setName("r");
    return route;
  }

  static Stream<Arguments> breaches() {
    return Stream.of(policies(), conditions(), others()).flatMap(breaches -> breaches);
  }

  private static Stream<Arguments> policies() {
    return Stream.of(
        breach("string match", s -> condition(s).getPrincipalBuilder().clearMatch()),
        breach("condition", s -> condition(s).clear()),
        breach("condition", s -> condition(s).getAllOfBuilder().addTermsBuilder()),
        breach("condition", s -> condition(s).getNotBuilder()),
        breach("scope", s -> s.getPoliciesBuilder(0).getScopeBuilder().clear()),
        breach("target", s -> scope(s).getAddressedBuilder().addTargetsBuilder()),
        breach("namespace", s -> scope(s).setNamespace("")),
        breach("namespace", s -> scope(s).getSelectedAnywhereBuilder().setNamespace("shop")),
        breach("action", s -> s.getPoliciesBuilder(0).setAction(Action.ACTION_UNSPECIFIED)),
        breach("action", s -> s.getPoliciesBuilder(0).setActionValue(7)),
        breach("mode", s -> peerAuthentication(s).setMode(Mode.MODE_UNSPECIFIED)),
        breach(
            "mode", s -> peerAuthentication(s).setMode(Mode.MODE_UNSET).putPortModesValue(80, 9)),
        breach(
            "port",
            s -> peerAuthentication(s).setMode(Mode.MODE_UNSET).putPortModes(-1, Mode.MODE_UNSET)),
        breach("mesh", Shard.Builder::clearMesh),
        breach("pathNormalization", s -> s.getMeshBuilder().clearPathNormalization()),
        breach("trust domain", s -> s.getMeshBuilder().setTrustDomain("No")),
        breach("enforcement point", s -> s.setPoint("waypoint/shop")),
        breach("waypoint name", s -> s.setPoint("waypoint/shop/")),
        breach("name", s -> s.getPoliciesBuilder(0).getIdBuilder().setName("")));
  }

  private static Stream<Arguments> conditions() {
    return Stream.of(
        breach("port", s -> condition(s).setWorkloadPort(65_536)),
        breach("port", s -> condition(s).setServicePort(-1)),
        breach("address of 3 bytes", s -> block(s, new byte[3], 8)),
        breach("prefix length", s -> block(s, new byte[4], 33)),
        breach("prefix length", s -> block(s, new byte[16], -1)),
        breach("not canonical", s -> block(s, new byte[] {10, 0, 0, 1}, 8)),
        breach(
            "IPv4 address written as IPv6",
            s -> block(s, new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 0, 0, 1}, 128)),
        breach("path template", s -> condition(s).setPathTemplate("/{**}/{*}")),
        breach("claim path", s -> condition(s).getClaimBuilder().getValueBuilder().setExact("a")),
        breach(
            "lower case",
            s -> condition(s).getHeaderBuilder().setName("X-A").getValueBuilder().setExact("a")));
  }

  private static Stream<Arguments> others() {
    return Stream.of(
        breach("path match", s -> route(s).addRulesBuilder().addMatchesBuilder()),
        breach("pattern `(`", s -> route(s).addRulesBuilder().addMatchesBuilder().setRegex("(")),
        breach(
            "none is matched",
            s -> {
              var rule = route(s).addRulesBuilder();
              rule.addMatchesBuilder().setExact("/a");
              rule.addFiltersBuilder().getRewriteBuilder().getPathBuilder().setReplacePrefix("/b");
            }),
        breach("filter", s -> route(s).addRulesBuilder().addFiltersBuilder()),
        breach(
            "status 200",
            s ->
                route(s)
                    .addRulesBuilder()
                    .addFiltersBuilder()
                    .getRedirectBuilder()
                    .setStatusCode(200)),
        breach("namespace of a service", s -> route(s).addParentsBuilder()),
        breach("token location", s -> jwtRule(s).addLocationsBuilder()),
        breach("jwks", s -> jwtRule(s).clearJwks()),
        breach("refused ports", s -> guard(s).clearRefuses()),
        breach("not an identity", s -> guard(s).getAdmitsBuilder(0).setWaypoint("spiffe://x")),
        breach("not canonical", s -> guard(s).getRefusesBuilder().addPorts(81).addPorts(80)));
  }

  private static dev.sluice.schemas.bundle.v1.Scope.Builder scope(Shard.Builder shard) {
    return shard.getPoliciesBuilder(0).getScopeBuilder();
  }

  private static dev.sluice.schemas.bundle.v1.PeerAuthentication.Builder peerAuthentication(
      Shard.Builder shard) {
    return shard
        .addPeerAuthenticationsBuilder()
        .setId(shard.getPolicies(0).getId())
        .setScope(shard.getPolicies(0).getScope());
  }

  private static dev.sluice.schemas.bundle.v1.JwtRule.Builder jwtRule(Shard.Builder shard) {
    return shard
        .addRequestAuthenticationsBuilder()
        .setId(shard.getPolicies(0).getId())
        .setScope(shard.getPolicies(0).getScope())
        .addRulesBuilder()
        .setIssuer("i")
        .setJwks("{}");
  }

  private static dev.sluice.schemas.bundle.v1.Guard.Builder guard(Shard.Builder shard) {
    var guard =
        shard
            .addGuardsBuilder()
            .setId(shard.getPolicies(0).getId())
            .setScope(shard.getPolicies(0).getScope());
    guard
        .addAdmitsBuilder()
        .setWaypoint("spiffe://td/ns/a/sa/b")
        .getPortsBuilder()
        .setAllExcept(true);
    guard.getRefusesBuilder();
    return guard;
  }

  private static void block(Shard.Builder shard, byte[] address, int length) {
    condition(shard)
        .getSourceAddressBuilder()
        .setAddress(ByteString.copyFrom(address))
        .setLength(length);
  }

  @ParameterizedTest(name = "{0} #{index}")
  @MethodSource("breaches")
  void refuses_what_it_does_not_understand(String reason, Consumer<Shard.Builder> change)
      throws InvalidProtocolBufferException {
    Shard.Builder shard = small();
    assertThat(ShardCodec.decode(shard.build().toByteArray())).isInstanceOf(Decoded.Shard.class);

    change.accept(shard);

    assertThat(ShardCodec.decode(shard.build().toByteArray()))
        .isInstanceOfSatisfying(
            Decoded.Malformed.class, malformed -> assertThat(malformed.reason()).contains(reason));
  }
}
