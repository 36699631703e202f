package dev.sluice.compiler.review;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Condition.AllOf;
import dev.sluice.engine.policy.Condition.AnyOf;
import dev.sluice.engine.policy.Condition.Not;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.policy.StringMatch.Exact;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  private final @Nullable RuleIndex wider;

  /// @param wider an index whose rules are found too
  RuleIndex(@Nullable RuleIndex wider) {
    this.wider = wider;
  }

  /// The exact leaves of one part of a rule, and how selective that part is (less is more).
  private record Anchor(int rank, List<Condition> values) {}

  void add(ReviewedRule rule) {
    Anchor anchor = anchor(rule.condition());
    List<Condition> values = anchor == null ? List.of() : anchor.values();
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
  /// keys near its place, `values` the exact leaves that the alternative satisfies.
  List<ReviewedRule> near(List<Object> scopes, Set<Condition> values) {
    var found = new ArrayList<ReviewedRule>();
    collect(scopes, values, found);
    if (found.size() < 2) {
      return found;
    }
    Collections.sort(found);
    var distinct = new ArrayList<ReviewedRule>(found.size());
    for (ReviewedRule rule : found) {
      if (distinct.isEmpty() || !distinct.getLast().equals(rule)) {
        distinct.add(rule);
      }
    }
    return distinct;
  }

  private void collect(List<Object> scopes, Set<Condition> values, List<ReviewedRule> into) {
    for (Object scope : scopes) {
      Map<Object, List<ReviewedRule>> here = rules.get(scope);
      if (here != null) {
        into.addAll(here.getOrDefault(UNANCHORED, List.of()));
        for (Condition value : values) {
          into.addAll(here.getOrDefault(value, List.of()));
        }
      }
    }
    if (wider != null) {
      wider.collect(scopes, values, into);
    }
  }

  /// The exact leaves that an alternative satisfies.
  static Set<Condition> values(AllOf atom) {
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
    if (domains.isEmpty()) {
      return values;
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
    return anchor(condition) != null;
  }

  private static @Nullable Anchor anchor(Condition condition) {
    return switch (condition) {
      case AllOf(var terms) -> mostSelective(terms);
      case AnyOf(var terms) -> union(terms);
      case Not _ -> null;
      case Condition.L4 _, Condition.L7 _ -> {
        int rank = rank(condition);
        yield rank < 0 ? null : new Anchor(rank, List.of(normal(condition)));
      }
    };
  }

  private static @Nullable Anchor mostSelective(List<Condition> terms) {
    Anchor best = null;
    for (Condition term : terms) {
      Anchor anchor = anchor(term);
      if (anchor != null && (best == null || anchor.rank() < best.rank())) {
        best = anchor;
      }
    }
    return best;
  }

  private static @Nullable Anchor union(List<Condition> terms) {
    var values = new ArrayList<Condition>();
    int rank = 0;
    for (Condition term : terms) {
      Anchor anchor = anchor(term);
      if (anchor == null) {
        return null;
      }
      rank = Math.max(rank, anchor.rank());
      values.addAll(anchor.values());
    }
    return values.isEmpty() ? null : new Anchor(rank, values);
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
