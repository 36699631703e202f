package dev.sluice.compiler.equivalence;

import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.From;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.To;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Values;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.When;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.PeerAuthenticationSyntax;
import dev.sluice.compiler.syntax.RequestAuthenticationSyntax;
import dev.sluice.compiler.syntax.Selection;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/// Makes a failing world small: leaves out documents, rules, sources, operations, conditions and
/// values as long as it still fails.
final class Shrinker {

  private Shrinker() {}

  /// A world that fails and does not any more once any one part of it is left out.
  static World shrink(World world, Predicate<World> fails) {
    World smallest = world;
    for (boolean smaller = true; smaller; ) {
      smaller = false;
      for (World candidate : candidates(smallest)) {
        if (fails.test(candidate)) {
          smallest = candidate;
          smaller = true;
          break;
        }
      }
    }
    return smallest;
  }

  /// The world less one part each, the largest parts first.
  static List<World> candidates(World world) {
    var found = new ArrayList<World>();
    List<Document> documents = world.documents();
    for (int i = documents.size() - 1; i >= 0; i--) {
      found.add(world.with(without(documents, i)));
    }
    for (int i = documents.size() - 1; i >= 0; i--) {
      for (Document smaller : smaller(documents.get(i))) {
        var changed = new ArrayList<>(documents);
        changed.set(i, smaller);
        found.add(world.with(changed));
      }
    }
    return found;
  }

  private static List<? extends Document> smaller(Document document) {
    return switch (document) {
      case AuthorizationPolicySyntax policy -> authorization(policy);
      case PeerAuthenticationSyntax policy -> peer(policy);
      case RequestAuthenticationSyntax policy ->
          metadata(policy.metadata()).stream()
              .map(metadata ->
                  new RequestAuthenticationSyntax(metadata, policy.selection(), policy.rules()))
              .toList();
      default -> List.of();
    };
  }

  private static List<AuthorizationPolicySyntax> authorization(AuthorizationPolicySyntax policy) {
    var found = new ArrayList<AuthorizationPolicySyntax>();
    for (List<Rule> rules : lists(policy.rules(), Shrinker::rule)) {
      found.add(
          new AuthorizationPolicySyntax(
              policy.metadata(), policy.selection(), policy.action(), renumbered(rules)));
    }
    for (Selection selection : selections(policy.selection())) {
      found.add(
          new AuthorizationPolicySyntax(
              policy.metadata(), selection, policy.action(), policy.rules()));
    }
    for (Metadata metadata : metadata(policy.metadata())) {
      found.add(
          new AuthorizationPolicySyntax(
              metadata, policy.selection(), policy.action(), policy.rules()));
    }
    return found;
  }

  private static List<Rule> renumbered(List<Rule> rules) {
    var numbered = new ArrayList<Rule>();
    for (Rule rule : rules) {
      numbered.add(new Rule(numbered.size(), rule.from(), rule.to(), rule.when(), rule.span()));
    }
    return numbered;
  }

  private static List<Rule> rule(Rule rule) {
    var found = new ArrayList<Rule>();
    lists(rule.from(), Shrinker::from)
        .forEach(
            from -> found.add(new Rule(rule.index(), from, rule.to(), rule.when(), rule.span())));
    lists(rule.to(), Shrinker::to)
        .forEach(
            to -> found.add(new Rule(rule.index(), rule.from(), to, rule.when(), rule.span())));
    lists(rule.when(), Shrinker::when)
        .forEach(
            when -> found.add(new Rule(rule.index(), rule.from(), rule.to(), when, rule.span())));
    return found;
  }

  private static List<From> from(From from) {
    return some(from.entries(), Shrinker::values).stream()
        .map(entries -> new From(entries, from.span()))
        .toList();
  }

  private static List<To> to(To to) {
    return some(to.entries(), Shrinker::values).stream()
        .map(entries -> new To(entries, to.span()))
        .toList();
  }

  private static List<When> when(When when) {
    var found = new ArrayList<When>();
    BiFunction<List<Located<String>>, List<Located<String>>, When> make =
        (values, notValues) -> new When(when.key(), values, notValues, when.span());
    if (!when.values().isEmpty() && !when.notValues().isEmpty()) {
      found.add(make.apply(when.values(), List.of()));
      found.add(make.apply(List.of(), when.notValues()));
    }
    some(when.values(), _ -> List.of())
        .forEach(values -> found.add(make.apply(values, when.notValues())));
    some(when.notValues(), _ -> List.of())
        .forEach(values -> found.add(make.apply(when.values(), values)));
    return found;
  }

  private static <A> List<Values<A>> values(Values<A> values) {
    return some(values.values(), _ -> List.of()).stream()
        .map(fewer -> new Values<>(values.attribute(), values.polarity(), fewer, values.span()))
        .toList();
  }

  private static List<PeerAuthenticationSyntax> peer(PeerAuthenticationSyntax policy) {
    var found = new ArrayList<PeerAuthenticationSyntax>();
    for (Integer port : policy.portLevelMtls().keySet()) {
      SortedMap<Integer, Located<Mode>> ports = new TreeMap<>(policy.portLevelMtls());
      ports.remove(port);
      found.add(
          new PeerAuthenticationSyntax(
              policy.metadata(), policy.selection(), policy.mode(), ports));
    }
    return found;
  }

  private static List<Selection> selections(Selection selection) {
    return switch (selection) {
      case Selection.Everything() -> List.of();
      case Selection.Selector(var labels, var span) ->
          labels.size() < 2
              ? List.of()
              : labels.entrySet().stream()
                  .map(label ->
                      (Selection)
                          new Selection.Selector(Map.of(label.getKey(), label.getValue()), span))
                  .toList();
      case Selection.Targets(var refs, var span) ->
          some(refs, _ -> List.of()).stream()
              .map(fewer -> (Selection) new Selection.Targets(fewer, span))
              .toList();
    };
  }

  private static List<Metadata> metadata(Metadata metadata) {
    return metadata.annotations().isEmpty()
        ? List.of()
        : List.of(
            new Metadata(
                metadata.apiVersion(),
                metadata.kind(),
                metadata.namespace(),
                metadata.name(),
                metadata.labels(),
                Map.of(),
                metadata.span(),
                metadata.nameSpan()));
  }

  /// The list less one element, or with one element made smaller.
  private static <T> List<List<T>> lists(List<T> list, Function<T, List<T>> smaller) {
    var found = new ArrayList<List<T>>();
    for (int i = 0; i < list.size(); i++) {
      found.add(without(list, i));
    }
    for (int i = 0; i < list.size(); i++) {
      for (T element : smaller.apply(list.get(i))) {
        var changed = new ArrayList<>(list);
        changed.set(i, element);
        found.add(changed);
      }
    }
    return found;
  }

  /// As {@link #lists}, but never empty: an empty list would mean something else.
  private static <T> List<List<T>> some(List<T> list, Function<T, List<T>> smaller) {
    return lists(list, smaller).stream().filter(fewer -> !fewer.isEmpty()).toList();
  }

  private static <T> List<T> without(List<T> list, int index) {
    var fewer = new ArrayList<>(list);
    fewer.remove(index);
    return fewer;
  }
}
