package dev.sluice.compiler.review;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Condition.AllOf;
import dev.sluice.engine.policy.Condition.AnyOf;
import dev.sluice.engine.policy.Condition.Not;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.policy.StringMatch.Exact;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the rules that may cover a given one without comparing every pair.
///
/// A rule is filed under its scope and one of its parts that lists exact values; a rule it covers
/// must have one of them. Rules without such a part are looked at too, up to a limit.
final class RuleIndex {

  /// How many rules of one kind are compared: a longer list costs more than what is found in it.
  private static final int COMPARED = 48;

  private static final Object UNANCHORED = "unanchored";

  /// By what their scope is filed under, then by an exact leaf or {@link #UNANCHORED}.
  private final Map<Object, Map<Object, List<ReviewedRule>>> rules = new HashMap<>();

  /// The exact leaves of one part of a rule, and how selective that part is (less is more).
  private record Anchor(int rank, List<Condition> values) {}

  void add(ReviewedRule rule) {
    List<Condition> values = anchor(rule.condition()).map(Anchor::values).orElse(List.of());
    for (Object scope : ScopeIndex.keys(rule.policy().scope())) {
      Map<Object, List<ReviewedRule>> here = rules.computeIfAbsent(scope, _ -> new HashMap<>());
      if (values.isEmpty()) {
        file(here, UNANCHORED, rule);
      }
      values.forEach(value -> file(here, value, rule));
    }
  }

  private static void file(Map<Object, List<ReviewedRule>> here, Object value, ReviewedRule rule) {
    List<ReviewedRule> filed = here.computeIfAbsent(value, _ -> new ArrayList<>());
    if (filed.size() < COMPARED) {
      filed.add(rule);
    }
  }

  /// The rules that may cover an alternative of a rule, in the order of the tree; `scopes` are the
  /// keys near its place.
  List<ReviewedRule> near(List<Object> scopes, AllOf atom) {
    var found = new ArrayList<ReviewedRule>();
    Set<Condition> values = Set.of();
    for (Object scope : scopes) {
      Map<Object, List<ReviewedRule>> here = rules.get(scope);
      if (here != null) {
        found.addAll(here.getOrDefault(UNANCHORED, List.of()));
        values = values.isEmpty() ? values(atom) : values;
        for (Condition value : values) {
          found.addAll(here.getOrDefault(value, List.of()));
        }
      }
    }
    if (found.size() < 2) {
      return found;
    }
    return found.stream()
        .distinct()
        .sorted(Comparator.comparingInt(ReviewedRule::ordinal))
        .toList();
  }

  /// The exact leaves that an alternative satisfies.
  private static Set<Condition> values(AllOf atom) {
    var values = new HashSet<Condition>();
    var domains = new ArrayList<String>();
    for (Condition term : atom.terms()) {
      values.add(normal(term));
      if (term instanceof Condition.Principal(Exact(var text))) {
        SpiffeId.parsePrincipal(text).ifPresent(id -> addParts(id, values));
      } else if (term instanceof Condition.PeerTrustDomain(Exact(var domain))) {
        domains.add(domain);
      } else if (term instanceof Condition.PeerServiceAccount(var namespace, var _)) {
        values.add(new Condition.PeerNamespace(new Exact(namespace)));
      }
    }
    for (Condition term : atom.terms()) {
      if (term instanceof Condition.PeerServiceAccount(var namespace, var name)) {
        domains.forEach(domain ->
            values.add(
                new Condition.Principal(new Exact(domain + "/ns/" + namespace + "/sa/" + name))));
      }
    }
    return values;
  }

  private static void addParts(SpiffeId id, Set<Condition> values) {
    values.add(new Condition.PeerNamespace(new Exact(id.namespace())));
    values.add(new Condition.PeerServiceAccount(id.namespace(), id.serviceAccount()));
  }

  /// Whether a rule matches single identities, paths or ports only.
  static boolean isNarrow(Condition condition) {
    return anchor(condition).isPresent();
  }

  private static Optional<Anchor> anchor(Condition condition) {
    return switch (condition) {
      case AllOf(var terms) ->
          terms.stream()
              .flatMap(term -> anchor(term).stream())
              .min(Comparator.comparingInt(Anchor::rank));
      case AnyOf(var terms) -> {
        var values = new ArrayList<Condition>();
        int rank = 0;
        for (Condition term : terms) {
          Optional<Anchor> anchor = anchor(term);
          if (anchor.isEmpty()) {
            yield Optional.empty();
          }
          rank = Math.max(rank, anchor.get().rank());
          values.addAll(anchor.get().values());
        }
        yield values.isEmpty() ? Optional.empty() : Optional.of(new Anchor(rank, values));
      }
      case Not _ -> Optional.empty();
      case Condition.L4 _, Condition.L7 _ -> {
        int rank = rank(condition);
        yield rank < 0
            ? Optional.empty()
            : Optional.of(new Anchor(rank, List.of(normal(condition))));
      }
    };
  }

  /// How selective an exact leaf is, less being more; -1 for a leaf that names no single value.
  private static int rank(Condition leaf) {
    return switch (leaf) {
      case Condition.PeerServiceAccount _ -> 0;
      case Condition.Principal(var match) -> exact(match, 0);
      case Condition.Path(var match) -> exact(match, 1);
      case Condition.Host(var match) -> exact(match, 2);
      case Condition.PeerNamespace(var match) -> exact(match, 3);
      case Condition.WorkloadPort _, Condition.ServicePort _ -> 4;
      case Condition.Method(var match) -> exact(match, 5);
      case AllOf _,
          AnyOf _,
          Not _,
          Condition.PeerTrustDomain _,
          Condition.SourceAddress _,
          Condition.WorkloadAddress _,
          Condition.ServiceAddress _,
          Condition.TemplatedPath _,
          Condition.Header _,
          Condition.RequestPrincipal _,
          Condition.Claim _ ->
          -1;
    };
  }

  private static int exact(StringMatch match, int rank) {
    return match instanceof Exact ? rank : -1;
  }

  /// Leaves that are equal whatever their case.
  private static Condition normal(Condition leaf) {
    return leaf instanceof Condition.Host(var match)
        ? new Condition.Host(Texts.lowerCase(match))
        : leaf;
  }
}
