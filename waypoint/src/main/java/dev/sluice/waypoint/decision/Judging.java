package dev.sluice.waypoint.decision;

import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.engine.policy.Verdict.Cause;
import dev.sluice.engine.route.HttpRoute.ServiceRef;
import dev.sluice.engine.route.Redirects;
import dev.sluice.engine.route.RouteRequest;
import dev.sluice.runtime.mesh.Endpoint;
import dev.sluice.waypoint.decision.Judgement.Answer;
import dev.sluice.waypoint.decision.Judgement.Forward;
import dev.sluice.waypoint.decision.RequestJudge.Addressed;
import dev.sluice.waypoint.decision.RequestJudge.Means;
import dev.sluice.waypoint.http.HeaderHygiene;
import dev.sluice.waypoint.http.RequestFacts;
import dev.sluice.waypoint.jwt.QueryText;
import dev.sluice.waypoint.jwt.TokenEdits;
import dev.sluice.waypoint.jwt.TokenOutcome;
import dev.sluice.waypoint.jwt.TokenValidator;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One request on its way: route, endpoint, tokens, authorization, filters.
///
/// What is authorized is the request as it came, with the canonical path and without what its
/// client may not say; answers that need no endpoint are authorized too.
final class Judging {

  private final Means means;
  private final Addressed addressed;
  private final RequestFacts facts;
  private final HeaderView view;

  Judging(Means means, Addressed addressed, RequestFacts facts, HeaderView view) {
    this.means = means;
    this.addressed = addressed;
    this.facts = facts;
    this.view = view;
  }

  /// The steps in their order.
  Judgement judge(String path) {
    addressed.policy().derivedHeaders().forEach(view.headers()::remove);
    RouteChoice choice = route(path);
    Trace trace = Trace.start(addressed.service(), path);
    Trace routed = choice.route() == null ? trace : trace.by(choice.route());
    return switch (choice) {
      case RouteChoice.ToEndpoint to -> forwarded(to, path, routed);
      case RouteChoice.ToRedirect to -> authorized(path, redirect(to, path, routed));
      case RouteChoice.Nowhere(_, int status, var reason) ->
          authorized(path, new Answer(status, Map.of(), "", routed.because(reason)));
    };
  }

  private RouteChoice route(String path) {
    var service = addressed.service();
    var request =
        new RouteRequest(
            new ServiceRef(service.namespace(), service.name()),
            addressed.client().service().port(),
            addressed.client().namespace(),
            facts.method(),
            path,
            view.query(),
            view);
    return RouteChoice.choose(addressed, request, means.random().get());
  }

  private Judgement forwarded(RouteChoice.ToEndpoint to, String path, Trace trace) {
    Endpoint endpoint = to.endpoint();
    var workload = endpoint.workload();
    var target = new AddressPort(workload.addresses().getFirst(), endpoint.port());
    Destination destination = means.directory().destination(addressed.service(), workload);
    if (isAmbiguous(destination)) {
      return ambiguous(trace);
    }
    Decision decision = decide(destination, target, path);
    Answer refusal = refusal(decision.verdict(), trace);
    if (refusal != null) {
      return refusal;
    }
    String query = QueryText.without(view.query(), decision.edits().removeParameters());
    String rewritten = RequestFilters.apply(to.filters(), to.match(), view.headers(), path);
    HeaderHygiene.identify(
        view.headers(), means.waypointUri().get(), addressed.client().peer().id().uri());
    if (!view.headers().contains("x-request-id")) {
      view.headers().set("x-request-id", UUID.randomUUID().toString());
    }
    return new Forward(
        endpoint,
        to.application(),
        query.isEmpty() ? rewritten : rewritten + "?" + query,
        RequestFilters.responseEdits(to.filters()),
        to.timeout(),
        trace.judged(decision.verdict()));
  }

  private Answer redirect(RouteChoice.ToRedirect to, String path, Trace trace) {
    int port = addressed.client().service().port();
    var origin = new Redirects.Origin("http", facts.authority(), port, path, view.query());
    String location = Redirects.location(to.redirect(), to.match().path(), origin);
    return new Answer(
        to.redirect().statusCode(), Map.of("location", location), "", trace.because("redirect"));
  }

  /// An answer of our own tells something about the Service: every class of its endpoints has to
  /// allow the request.
  private Answer authorized(String path, Answer answer) {
    var client = addressed.client();
    HttpHeaders original = view.headers().copy();
    Trace trace = answer.trace();
    for (var endpoints :
        means.directory().classes(addressed.moment(), addressed.service(), client.service())) {
      view.headers().clear().add(original);
      if (isAmbiguous(endpoints.destination())) {
        return ambiguous(trace);
      }
      Verdict verdict = decide(endpoints.destination(), endpoints.workload(), path).verdict();
      Answer refusal = refusal(verdict, trace);
      if (refusal != null) {
        return refusal;
      }
      trace = trace.judged(verdict);
    }
    return new Answer(answer.status(), answer.headers(), answer.body(), trace);
  }

  /// Two tokens at the place of one: which of them the workload would believe is anyone's guess.
  private boolean isAmbiguous(Destination destination) {
    return view.headers(HttpHeaderNames.AUTHORIZATION.toString()).size() > 1
        && addressed.policy().tokens(destination).hasRules();
  }

  private static Answer ambiguous(Trace trace) {
    return new Answer(400, Map.of(), "", trace.because("two_authorization_headers"));
  }

  /// A verdict, and what token validation changes.
  private record Decision(Verdict verdict, TokenEdits edits) {}

  private Decision decide(Destination destination, AddressPort workload, String path) {
    TokenValidator tokens = addressed.policy().tokens(destination);
    TokenOutcome outcome = tokens.validate(view, means.clock().instant());
    view.apply(outcome.edits());
    var request =
        new HttpRequest(
            addressed.client().to(workload),
            facts.method(),
            facts.comparedAuthority(),
            path,
            view,
            outcome.credential());
    Verdict verdict = addressed.moment().policy().decider(destination).decide(request);
    return new Decision(verdict, outcome.edits());
  }

  private @Nullable Answer refusal(Verdict verdict, Trace trace) {
    Trace judged = trace.judged(verdict).because(verdict.cause().code());
    return switch (verdict) {
      case Verdict.Allow _ -> null;
      case Verdict.Reject _ ->
          new Answer(
              401, Map.of("www-authenticate", challenge()), "Jwt verification fails", judged);
      case Verdict.Deny(var cause) -> new Answer(403, Map.of(), denialText(cause), judged);
    };
  }

  private String challenge() {
    return "Bearer realm=\"http://" + facts.authority() + "\", error=\"invalid_token\"";
  }

  private static String denialText(Cause cause) {
    return cause instanceof Cause.WrongAudience
        ? "Audiences in Jwt are not allowed"
        : "RBAC: access denied";
  }
}
