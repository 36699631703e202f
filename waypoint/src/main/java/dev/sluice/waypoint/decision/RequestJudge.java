package dev.sluice.waypoint.decision;

import dev.sluice.engine.http.CanonicalPath;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.engine.policy.Verdict.Cause;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.waypoint.decision.Judgement.Answer;
import dev.sluice.waypoint.http.HeaderHygiene;
import dev.sluice.waypoint.http.RequestFacts;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Judges requests by the policy and mesh of one moment.
public final class RequestJudge {

  /// What the judging of every request shares: who this waypoint is, the time, and chance.
  ///
  /// `waypointUri` is told to the workload beside the client's identity.
  record Means(
      ServiceDirectory directory,
      Supplier<String> waypointUri,
      InstantSource clock,
      Supplier<? extends RandomGenerator> random) {}

  private final Means means;

  public RequestJudge(
      ServiceDirectory directory,
      Supplier<String> waypointUri,
      InstantSource clock,
      Supplier<? extends RandomGenerator> random) {
    this.means = new Means(directory, waypointUri, clock, random);
  }

  /// Judges one request; `headers` are cleaned in any case and edited when it is forwarded.
  public Judgement judge(Moment moment, Client client, RequestFacts facts, HttpHeaders headers) {
    HeaderHygiene.cleanRequest(headers);
    return switch (means.directory().find(moment, client)) {
      case Dispatch.NotFound(var reason) ->
          new Answer(404, Map.of(), "", Trace.start(null, "").because(reason));
      case Dispatch.Unavailable(var cause) -> unavailable(cause);
      case Dispatch.Served(var service) -> {
        Optional<WaypointPolicy> policy =
            moment.policy().derived(WaypointPolicy.class, WaypointPolicy::of);
        yield policy.isEmpty()
            ? unavailable(new Cause.NoPolicy("no policy is loaded"))
            : judge(new Addressed(moment, client, service, policy.get()), facts, headers);
      }
    };
  }

  /// A request whose Service is known, and what it is judged by.
  record Addressed(Moment moment, Client client, Service service, WaypointPolicy policy) {}

  private Judgement judge(Addressed addressed, RequestFacts facts, HttpHeaders headers) {
    if (facts.target().equals("*")) {
      return new Judging(means, addressed, facts, new HeaderView(headers, "")).judge("*");
    }
    return switch (CanonicalPath.of(facts.target(), addressed.policy().pathNormalization())) {
      case CanonicalPath.Outcome.Malformed(var reason) ->
          new Answer(
              400,
              Map.of(),
              "",
              Trace.start(addressed.service(), "").because("malformed_path: " + reason));
      case CanonicalPath.Outcome.Canonical(var path, var query) ->
          new Judging(means, addressed, facts, new HeaderView(headers, query)).judge(path);
    };
  }

  private static Answer unavailable(Cause cause) {
    Trace trace = Trace.start(null, "").judged(new Verdict.Deny(cause));
    return new Answer(503, Map.of(), cause.code(), trace.because(cause.code()));
  }
}
