package dev.sluice.compiler.explain;

import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.From;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.OperationAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Polarity;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.To;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Values;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.When;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Condition.AllOf;
import dev.sluice.engine.policy.Condition.AnyOf;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One field of a rule as written, with the part of the rule's condition that it became.
record Clause(
    Subject subject,
    String field,
    Polarity polarity,
    List<String> values,
    Condition condition,
    Span span) {

  Clause {
    values = List.copyOf(values);
  }

  /// What a field looks at.
  sealed interface Subject {
    /// The client.
    record Source(SourceAttribute attribute) implements Subject {}

    /// The request or the port.
    record Operation(OperationAttribute attribute) implements Subject {}

    /// A condition's key, such as `request.headers[x-tenant]`.
    record Key(String key) implements Subject {}
  }

  /// All of these clauses hold.
  record Alternative(List<Clause> clauses) {
    Alternative {
      clauses = List.copyOf(clauses);
    }
  }

  /// Any of these alternatives holds.
  record Group(List<Alternative> alternatives) {
    Group {
      alternatives = List.copyOf(alternatives);
    }

    List<Clause> clauses() {
      return alternatives.stream().flatMap(one -> one.clauses().stream()).toList();
    }
  }

  /// The groups of a rule, all of which hold when it matches; empty when the condition does not
  /// have the form of the rule, as that of a stand-in.
  static Optional<List<Group>> groups(Rule rule, Condition condition) {
    if (!(condition instanceof AllOf(var parts)) || parts.size() != size(rule)) {
      return Optional.empty();
    }
    var groups = new ArrayList<Group>();
    int next = 0;
    if (!rule.from().isEmpty()) {
      List<List<Values<SourceAttribute>>> entries =
          rule.from().stream().map(From::entries).toList();
      group(entries, parts.get(next), Subject.Source::new).ifPresent(groups::add);
      next++;
    }
    if (!rule.to().isEmpty()) {
      List<List<Values<OperationAttribute>>> entries = rule.to().stream().map(To::entries).toList();
      group(entries, parts.get(next), Subject.Operation::new).ifPresent(groups::add);
      next++;
    }
    for (When when : rule.when()) {
      when(when, parts.get(next)).ifPresent(groups::add);
      next++;
    }
    return groups.size() == parts.size() ? Optional.of(groups) : Optional.empty();
  }

  private static int size(Rule rule) {
    return (rule.from().isEmpty() ? 0 : 1) + (rule.to().isEmpty() ? 0 : 1) + rule.when().size();
  }

  /// What a field of one kind looks at.
  private interface Naming<A> {
    Subject of(A attribute);
  }

  private static <A extends Enum<A>> Optional<Group> group(
      List<List<Values<A>>> written, Condition condition, Naming<A> naming) {
    if (!(condition instanceof AnyOf(var alternatives)) || alternatives.size() != written.size()) {
      return Optional.empty();
    }
    var group = new ArrayList<Alternative>();
    for (int i = 0; i < written.size(); i++) {
      List<Values<A>> entries = written.get(i);
      if (!(alternatives.get(i) instanceof AllOf(var terms)) || terms.size() != entries.size()) {
        return Optional.empty();
      }
      var clauses = new ArrayList<Clause>();
      for (int j = 0; j < entries.size(); j++) {
        clauses.add(clause(entries.get(j), terms.get(j), naming));
      }
      group.add(new Alternative(clauses));
    }
    return Optional.of(new Group(group));
  }

  private static <A extends Enum<A>> Clause clause(
      Values<A> values, Condition condition, Naming<A> naming) {
    Subject subject = naming.of(values.attribute());
    String field =
        switch (subject) {
          case Subject.Source(var attribute) -> attribute.field(values.polarity());
          case Subject.Operation(var attribute) -> attribute.field(values.polarity());
          case Subject.Key(var key) -> key;
        };
    return new Clause(
        subject, field, values.polarity(), plain(values.values()), condition, values.span());
  }

  private static Optional<Group> when(When when, Condition condition) {
    int wanted = (when.values().isEmpty() ? 0 : 1) + (when.notValues().isEmpty() ? 0 : 1);
    if (!(condition instanceof AllOf(var terms)) || terms.size() != wanted) {
      return Optional.empty();
    }
    String key = when.key().value();
    var clauses = new ArrayList<Clause>();
    if (!when.values().isEmpty()) {
      clauses.add(
          new Clause(
              new Subject.Key(key),
              key,
              Polarity.POSITIVE,
              plain(when.values()),
              terms.getFirst(),
              when.key().span()));
    }
    if (!when.notValues().isEmpty()) {
      clauses.add(
          new Clause(
              new Subject.Key(key),
              key,
              Polarity.NEGATIVE,
              plain(when.notValues()),
              terms.getLast(),
              when.key().span()));
    }
    return Optional.of(new Group(List.of(new Alternative(clauses))));
  }

  private static List<String> plain(List<Located<String>> values) {
    return values.stream().map(Located::value).toList();
  }

  /// Whether it can be met at all without an HTTP request.
  boolean needsHttp() {
    return condition.needsHttp();
  }
}
