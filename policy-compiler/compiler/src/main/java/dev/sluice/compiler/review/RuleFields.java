package dev.sluice.compiler.review;

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
import java.util.function.BiFunction;

/// A rule field by field: what is written, where, and what it asks.
///
/// Any source, any operation and every `when` must hold; no sources means any source.
record RuleFields(List<Entry> sources, List<Entry> operations, List<Field> whens) {

  RuleFields {
    sources = List.copyOf(sources);
    operations = List.copyOf(operations);
    whens = List.copyOf(whens);
  }

  /// A field as written and what it asks.
  record Field(String name, Span span, Condition condition) {}

  /// One `source` or `operation`: all its fields hold. `name` is as people count, from one.
  record Entry(String name, List<Field> fields) {
    Entry {
      fields = List.copyOf(fields);
    }
  }

  /// The linked rule keeps the order of the written one: sources, operations, then each `when`.
  static RuleFields of(ReviewedRule rule) {
    Rule written = rule.policy().syntax().rules().get(rule.rule().index());
    List<Condition> parts = terms(rule.condition());
    int next = 0;
    List<Condition> sources = written.from().isEmpty() ? List.of() : terms(parts.get(next++));
    List<Condition> operations = written.to().isEmpty() ? List.of() : terms(parts.get(next++));
    return new RuleFields(
        sources(written.from(), sources),
        operations(written.to(), operations),
        whens(written.when(), parts.subList(next, parts.size())));
  }

  private static List<Entry> sources(List<From> written, List<Condition> conditions) {
    var entries = new ArrayList<Entry>();
    for (int i = 0; i < written.size(); i++) {
      entries.add(
          new Entry(
              "source " + (i + 1),
              fields(written.get(i).entries(), conditions.get(i), SourceAttribute::field)));
    }
    return entries;
  }

  private static List<Entry> operations(List<To> written, List<Condition> conditions) {
    var entries = new ArrayList<Entry>();
    for (int i = 0; i < written.size(); i++) {
      entries.add(
          new Entry(
              "operation " + (i + 1),
              fields(written.get(i).entries(), conditions.get(i), OperationAttribute::field)));
    }
    return entries;
  }

  private static <A> List<Field> fields(
      List<Values<A>> written, Condition all, BiFunction<A, Polarity, String> name) {
    List<Condition> conditions = terms(all);
    var fields = new ArrayList<Field>();
    for (int i = 0; i < written.size(); i++) {
      Values<A> values = written.get(i);
      fields.add(
          new Field(
              name.apply(values.attribute(), values.polarity()), values.span(), conditions.get(i)));
    }
    return fields;
  }

  private static List<Field> whens(List<When> written, List<Condition> conditions) {
    var fields = new ArrayList<Field>();
    for (int i = 0; i < written.size(); i++) {
      When when = written.get(i);
      fields.add(new Field(when.key().value(), when.key().span(), conditions.get(i)));
    }
    return fields;
  }

  private static List<Condition> terms(Condition condition) {
    return switch (condition) {
      case AllOf(var terms) -> terms;
      case AnyOf(var terms) -> terms;
      case Condition.Not _, Condition.L4 _, Condition.L7 _ -> List.of(condition);
    };
  }
}
