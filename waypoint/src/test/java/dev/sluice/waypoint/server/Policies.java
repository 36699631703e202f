package dev.sluice.waypoint.server;

import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.route.HttpRoute;
import dev.sluice.engine.route.HttpRoute.Backend;
import dev.sluice.engine.route.HttpRoute.Filter;
import dev.sluice.engine.route.HttpRoute.Match;
import dev.sluice.engine.route.HttpRoute.PathMatch;
import dev.sluice.engine.route.HttpRoute.Rule;
import dev.sluice.engine.route.HttpRoute.ServiceRef;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Policies and routes for tests, all about `shop/api`.
final class Policies {

  static final Scope API = new Scope.Addressed(List.of(new Scope.Target.Service("shop", "api")));

  private Policies() {}

  static AuthorizationPolicy policy(
      String name, AuthorizationPolicy.Action action, Scope scope, Condition... rules) {
    var numbered =
        java.util.stream.IntStream.range(0, rules.length)
            .mapToObj(i -> new AuthorizationPolicy.Rule(i, rules[i]))
            .toList();
    return new AuthorizationPolicy(
        new PolicyId("AuthorizationPolicy", "shop", name), scope, action, numbered);
  }

  static AuthorizationPolicy allow(Condition... rules) {
    return policy("allow", AuthorizationPolicy.Action.ALLOW, API, rules);
  }

  static AuthorizationPolicy deny(Condition... rules) {
    return policy("deny", AuthorizationPolicy.Action.DENY, API, rules);
  }

  static Condition all(Condition... terms) {
    return new Condition.AllOf(Arrays.asList(terms));
  }

  static Condition from(String principal) {
    return new Condition.Principal(new StringMatch.Exact(principal));
  }

  static Condition method(String method) {
    return new Condition.Method(new StringMatch.Exact(method));
  }

  static Condition path(String prefix) {
    return new Condition.Path(new StringMatch.Prefix(prefix));
  }

  static Condition header(String name, String value) {
    return new Condition.Header(name, new StringMatch.Exact(value));
  }

  static Condition claim(String name, String value) {
    return new Condition.Claim(List.of(name), new StringMatch.Exact(value));
  }

  static HttpRoute route(Rule... rules) {
    return new HttpRoute(
        new PolicyId("HTTPRoute", "shop", "route"),
        List.of(new HttpRoute.Parent(new ServiceRef("shop", "api"), 80)),
        Optional.empty(),
        Arrays.asList(rules));
  }

  static Rule rule(Match match, List<Filter> filters, Backend... backends) {
    return new Rule(List.of(match), filters, Arrays.asList(backends), Optional.empty());
  }

  static Rule rule(Match match, Backend... backends) {
    return rule(match, List.of(), backends);
  }

  static Rule timed(Rule rule, Duration timeout) {
    return new Rule(rule.matches(), rule.filters(), rule.backends(), Optional.of(timeout));
  }

  static Match prefix(String path) {
    return new Match(new PathMatch.Prefix(path), null, List.of(), List.of());
  }

  static Match exact(String path) {
    return new Match(new PathMatch.Exact(path), null, List.of(), List.of());
  }

  static Backend to(String service, int weight) {
    return new Backend(
        new ServiceRef("shop", service), 80, weight, List.of(), HttpRoute.Resolution.RESOLVED);
  }

  static Backend unresolved(int weight) {
    return new Backend(
        new ServiceRef("shop", "nowhere"), 80, weight, List.of(), HttpRoute.Resolution.UNRESOLVED);
  }
}
