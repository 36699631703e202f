package dev.sluice.compiler.compare;

import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.RequestAuthentication;
import dev.sluice.engine.policy.RequestAuthentication.JwtRule;
import dev.sluice.engine.route.HttpRoute;
import dev.sluice.engine.shard.PolicyShard;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What every policy of one revision amounts to in the shards, without its place and its comments;
/// guards are left out, because they follow from topology as well.
record PolicyParts(SortedMap<PolicyId, Set<Object>> byId) {

  /// A policy on trial, so that ending the trial is a difference.
  private record OnTrial(Object policy) {}

  static PolicyParts of(MeshRevision revision) {
    var parts = new TreeMap<PolicyId, Set<Object>>();
    for (PolicyShard shard : revision.shards()) {
      shard.policies().forEach(part -> add(parts, part.id(), part));
      shard.shadow().forEach(part -> add(parts, part.id(), new OnTrial(part)));
      shard.peerAuthentications().forEach(part -> add(parts, part.id(), part));
      shard.requestAuthentications().forEach(part -> add(parts, part.id(), part));
      shard.routes().forEach(part -> add(parts, part.id(), part));
    }
    return new PolicyParts(parts);
  }

  private static void add(Map<PolicyId, Set<Object>> parts, PolicyId id, Object part) {
    parts.computeIfAbsent(id, _ -> new LinkedHashSet<>()).add(part);
  }

  Set<PolicyId> ids() {
    return byId.keySet();
  }

  Set<Object> of(PolicyId id) {
    return byId.getOrDefault(id, Set.of());
  }

  /// What decisions do not show: keys and places of tokens, the rules of routes.
  static List<String> differences(PolicyId id, PolicyParts was, PolicyParts is) {
    var details = new ArrayList<String>();
    tokens(rules(was.of(id)), rules(is.of(id)), details);
    routes(routes(was.of(id)), routes(is.of(id)), details);
    return details;
  }

  private static SortedMap<String, JwtRule> rules(Set<Object> parts) {
    var rules = new TreeMap<String, JwtRule>();
    for (Object part : parts) {
      if (part instanceof RequestAuthentication authentication) {
        authentication.rules().forEach(rule -> rules.putIfAbsent(rule.issuer(), rule));
      }
    }
    return rules;
  }

  private static void tokens(
      Map<String, JwtRule> was, Map<String, JwtRule> is, List<String> details) {
    is.forEach((issuer, rule) -> {
      JwtRule old = was.get(issuer);
      if (old == null) {
        details.add("issuer " + issuer + " is accepted");
        return;
      }
      if (!old.jwks().equals(rule.jwks())) {
        details.add("the keys of issuer " + issuer + " changed");
      }
      if (!old.audiences().equals(rule.audiences())) {
        details.add(
            "audiences of issuer " + issuer + ": " + old.audiences() + " → " + rule.audiences());
      }
      if (!old.locations().equals(rule.locations())) {
        details.add("tokens of issuer " + issuer + " are looked for elsewhere");
      }
      if (!old.forwarding().equals(rule.forwarding())) {
        details.add("what workloads see of tokens of issuer " + issuer + " changed");
      }
    });
    was.keySet().stream()
        .filter(issuer -> !is.containsKey(issuer))
        .forEach(issuer -> details.add("issuer " + issuer + " is no longer accepted"));
  }

  private static List<HttpRoute> routes(Set<Object> parts) {
    return parts.stream().filter(HttpRoute.class::isInstance).map(HttpRoute.class::cast).toList();
  }

  private static void routes(List<HttpRoute> was, List<HttpRoute> is, List<String> details) {
    if (was.isEmpty() && is.isEmpty()) {
      return;
    }
    Set<HttpRoute.Parent> parentsBefore = parents(was);
    Set<HttpRoute.Parent> parentsAfter = parents(is);
    if (!parentsBefore.equals(parentsAfter)) {
      details.add("parents: " + names(parentsBefore) + " → " + names(parentsAfter));
    }
    List<HttpRoute.Rule> rulesBefore = was.isEmpty() ? List.of() : was.getFirst().rules();
    List<HttpRoute.Rule> rulesAfter = is.isEmpty() ? List.of() : is.getFirst().rules();
    for (int i = 0; i < Math.max(rulesBefore.size(), rulesAfter.size()); i++) {
      String old = i < rulesBefore.size() ? words(rulesBefore.get(i)) : "none";
      String now = i < rulesAfter.size() ? words(rulesAfter.get(i)) : "none";
      boolean isSame =
          i < rulesBefore.size()
              && i < rulesAfter.size()
              && rulesBefore.get(i).equals(rulesAfter.get(i));
      if (!isSame) {
        details.add(
            "rule "
                + (i + 1)
                + (old.equals(now) ? " changed in its details" : ": " + old + " → " + now));
      }
    }
  }

  private static Set<HttpRoute.Parent> parents(List<HttpRoute> routes) {
    Set<HttpRoute.Parent> parents = new LinkedHashSet<>();
    routes.forEach(route -> parents.addAll(route.parents()));
    return parents;
  }

  private static String names(Set<HttpRoute.Parent> parents) {
    return parents.isEmpty()
        ? "none"
        : String.join(
            ", ",
            parents.stream()
                .map(parent -> parent.service() + (parent.port() == 0 ? "" : ":" + parent.port()))
                .sorted()
                .toList());
  }

  private static String words(HttpRoute.Rule rule) {
    var matches = new ArrayList<String>();
    for (HttpRoute.Match match : rule.matches()) {
      String method = match.method() == null ? "" : match.method() + " ";
      String path =
          switch (match.path()) {
            case HttpRoute.PathMatch.Exact(var value) -> value;
            case HttpRoute.PathMatch.Prefix(var value) ->
                value + (value.endsWith("/") ? "*" : "/*");
            case HttpRoute.PathMatch.Regex regex -> "~" + regex.pattern();
          };
      matches.add(method + path);
    }
    var backends =
        rule.backends().stream()
            .map(backend ->
                backend.service() + ":" + backend.port() + " (weight " + backend.weight() + ")")
            .toList();
    return (matches.isEmpty() ? "any" : String.join(" or ", matches))
        + " to "
        + (backends.isEmpty() ? "nowhere" : String.join(", ", backends));
  }
}
