package dev.sluice.engine.index;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.StringMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns conditions into matchers, collecting the exact values of one disjunction into sets.
final class MatcherBuilder {

  private final Set<SpiffeId> identities = new HashSet<>();
  private final Set<String> namespaces = new HashSet<>();
  private final Map<String, Set<String>> accounts = new HashMap<>();
  private final Set<String> paths = new HashSet<>();
  private final Set<String> methods = new HashSet<>();
  private final List<Matcher> others = new ArrayList<>();

  private MatcherBuilder() {}

  static Matcher build(Condition condition) {
    return switch (condition) {
      case Condition.AllOf(var terms) ->
          terms.size() == 1
              ? build(terms.getFirst())
              : new Matcher.All(terms.stream().map(MatcherBuilder::build).toList());
      case Condition.AnyOf(var terms) -> anyOf(terms);
      case Condition.Not(var term) -> new Matcher.Negated(build(term));
      case Condition.L4 leaf -> anyOf(List.of(leaf));
      case Condition.L7 leaf -> anyOf(List.of(leaf));
    };
  }

  private static Matcher anyOf(List<Condition> terms) {
    var builder = new MatcherBuilder();
    terms.forEach(builder::add);
    List<Matcher> matchers = builder.matchers();
    return matchers.size() == 1 ? matchers.getFirst() : new Matcher.Any(matchers);
  }

  private void add(Condition term) {
    switch (term) {
      // a text that is no principal never equals one
      case Condition.Principal(StringMatch.Exact(var principal)) ->
          SpiffeId.parsePrincipal(principal).ifPresent(identities::add);
      case Condition.PeerNamespace(StringMatch.Exact(var name)) -> namespaces.add(name);
      case Condition.PeerServiceAccount(var namespace, var name) ->
          accounts.computeIfAbsent(namespace, _ -> new HashSet<>()).add(name);
      case Condition.Path(StringMatch.Exact(var path)) -> paths.add(path);
      case Condition.Method(StringMatch.Exact(var method)) -> methods.add(method);
      case Condition.AnyOf(var nested) -> nested.forEach(this::add);
      case Condition.AllOf _, Condition.Not _ -> others.add(build(term));
      case Condition.L4 _, Condition.L7 _ -> others.add(new Matcher.Leaf(term));
    }
  }

  private List<Matcher> matchers() {
    var matchers = new ArrayList<Matcher>();
    if (!identities.isEmpty()) {
      matchers.add(new Matcher.IdentityIn(Set.copyOf(identities)));
    }
    if (!accounts.isEmpty()) {
      var frozen = new HashMap<String, Set<String>>();
      accounts.forEach((namespace, names) -> frozen.put(namespace, Set.copyOf(names)));
      matchers.add(new Matcher.ServiceAccountIn(Map.copyOf(frozen)));
    }
    if (!namespaces.isEmpty()) {
      matchers.add(new Matcher.NamespaceIn(Set.copyOf(namespaces)));
    }
    if (!methods.isEmpty()) {
      matchers.add(new Matcher.MethodIn(Set.copyOf(methods)));
    }
    if (!paths.isEmpty()) {
      matchers.add(new Matcher.PathIn(Set.copyOf(paths)));
    }
    matchers.addAll(others);
    return List.copyOf(matchers);
  }
}
