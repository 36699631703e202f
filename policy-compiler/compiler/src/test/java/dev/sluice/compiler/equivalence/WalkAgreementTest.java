package dev.sluice.compiler.equivalence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.equivalence.Attempt.Path;
import dev.sluice.compiler.equivalence.World.Compiled;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Client;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.compiler.walk.Journey;
import dev.sluice.compiler.walk.Journey.Ending;
import dev.sluice.compiler.walk.Outcome;
import dev.sluice.compiler.walk.Walk;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Claims;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.shard.PolicyShard;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The walk answers cases of generated worlds as the proxies decide together.
class WalkAgreementTest {

  private static final int WORLDS = 400;
  private static final int ATTEMPTS = 40;

  @Test
  void the_walk_answers_as_the_proxies_decide_together() {
    int compared = 0;
    for (long seed = 0; seed < WORLDS; seed++) {
      World.Sound sound = Generator.of(seed).sound();
      Walk walk = walk(sound.compiled());
      var attempts = new AttemptGenerator(new Random(seed), sound.world());
      for (int i = 0; !attempts.paths().isEmpty() && i < ATTEMPTS; i++) {
        Attempt attempt = attempts.attempt();
        List<Journey> journeys = journeys(walk, attempt);
        for (Journey journey : journeys) {
          assertThat(journey.decision().name())
              .as("seed %d: %s in %s", seed, attempt, sound.world().policies())
              .isEqualTo(new Composite(sound.compiled()).decide(attempt).name());
        }
        compared += journeys.size();
      }
    }
    assertThat(compared).isGreaterThan(3_000);
  }

  private static Walk walk(Compiled compiled) {
    List<PolicyShard> shards = new ArrayList<>(compiled.waypoints().values());
    shards.add(compiled.ztunnel());
    return Walk.of(compiled.placed(), shards);
  }

  /// The ways that end where the attempt does; none for what a case cannot say, as a client without
  /// identity that calls a waypoint.
  private static List<Journey> journeys(Walk walk, Attempt attempt) {
    if (attempt.path() instanceof Path.ThroughWaypoint
        && attempt.peer() instanceof Peer.Anonymous) {
      return List.of();
    }
    List<Journey> all =
        switch (walk.answer(asked(attempt))) {
          case Outcome.Unanswerable _ -> List.of();
          case Outcome.Answered answered -> answered.journeys();
          case Outcome.Divided(var journeys) -> journeys;
        };
    String workload = attempt.path().workload().metadata().resource().toString();
    return all.stream()
        .filter(journey ->
            journey.ending() instanceof Ending.Delivered(var workloads, int port)
                && workloads.contains(workload)
                && port == attempt.path().port())
        .toList();
  }

  private static Case asked(Attempt attempt) {
    Target target =
        switch (attempt.path()) {
          case Path.Direct(var workload, int port) ->
              new Target.OfWorkload(
                  workload.metadata().namespace(),
                  workload.metadata().name(),
                  port,
                  Optional.of(Composite.POD));
          case Path.ThroughWaypoint(var _, var service, var port, var _, int _) ->
              new Target.OfService(
                  service.metadata().namespace(),
                  service.metadata().name(),
                  port.port(),
                  Optional.of(Composite.VIP));
        };
    return new Case(
        new Client(attempt.peer(), Optional.of(InetAddress.ofLiteral(attempt.source()))),
        target,
        attempt
            .http()
            .map(http ->
                new Case.Http(
                    http.method(),
                    http.host(),
                    http.path(),
                    http.headers(),
                    token(http.credential()))));
  }

  private static Token token(Credential credential) {
    return switch (credential) {
      case Credential.Absent() -> new Token.Absent();
      case Credential.Valid(var claims) -> new Token.Signed(claims);
      case Credential.Invalid _ -> new Token.Invalid();
      case Credential.WrongAudience _ ->
          new Token.Signed(
              new Claims(
                  Map.of(
                      "iss", new ClaimValue.Text("https://idp"),
                      "aud", new ClaimValue.Text("other"))));
    };
  }
}
