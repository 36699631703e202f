package dev.sluice.compiler.review;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.review.RuleFields.Entry;
import dev.sluice.compiler.review.RuleFields.Field;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Rules, and single sources and operations of rules, that nothing can match because their own
/// conditions exclude each other.
final class Contradictions {

  private final Implication implication;
  private final Diagnostics problems;

  Contradictions(Implication implication, Diagnostics problems) {
    this.implication = implication;
    this.problems = problems;
  }

  /// An entry and the one or two fields that make it impossible.
  private record Dead(Entry entry, List<Field> conflict) {}

  /// Reports what in a rule never matches.
  ///
  /// @return whether that is the whole rule
  boolean report(ReviewedRule rule) {
    RuleFields fields = RuleFields.of(rule);
    Optional<List<Field>> always = conflict(fields.whens());
    List<Dead> sources = always.isPresent() ? List.of() : dead(fields.sources(), fields);
    List<Dead> operations = always.isPresent() ? List.of() : dead(fields.operations(), fields);
    Optional<List<Field>> whole =
        always
            .or(() -> ofAll(sources, fields.sources()))
            .or(() -> ofAll(operations, fields.operations()));
    if (whole.isPresent()) {
      report(rule, "rule " + (rule.rule().index() + 1), whole.get());
      return true;
    }
    sources.forEach(dead -> report(rule, name(dead, rule), dead.conflict()));
    operations.forEach(dead -> report(rule, name(dead, rule), dead.conflict()));
    return false;
  }

  private static String name(Dead dead, ReviewedRule rule) {
    return dead.entry().name() + " of rule " + (rule.rule().index() + 1);
  }

  private static Optional<List<Field>> ofAll(List<Dead> dead, List<Entry> entries) {
    return !dead.isEmpty() && dead.size() == entries.size()
        ? Optional.of(dead.getFirst().conflict())
        : Optional.empty();
  }

  private List<Dead> dead(List<Entry> entries, RuleFields rule) {
    var dead = new ArrayList<Dead>();
    for (Entry entry : entries) {
      var fields = new ArrayList<>(entry.fields());
      fields.addAll(rule.whens());
      conflict(fields).ifPresent(conflict -> dead.add(new Dead(entry, conflict)));
    }
    return dead;
  }

  /// One field that nothing satisfies, or two that exclude each other.
  private Optional<List<Field>> conflict(List<Field> fields) {
    for (int i = 0; i < fields.size(); i++) {
      Field field = fields.get(i);
      if (implication.isNever(field.condition())) {
        return Optional.of(List.of(field));
      }
      for (Field other : fields.subList(0, i)) {
        if (implication.excludes(other.condition(), field.condition())) {
          return Optional.of(List.of(other, field));
        }
      }
    }
    return Optional.empty();
  }

  private void report(ReviewedRule rule, String what, List<Field> conflict) {
    boolean isDeny = rule.action() == Action.DENY;
    String fields =
        conflict.size() == 1
            ? "the values and the excluded values of `"
                + conflict.getFirst().name()
                + "` leave"
                + " nothing"
            : "`"
                + conflict.getFirst().name()
                + "` and `"
                + conflict.getLast().name()
                + "` exclude each other";
    problems.report(
        isDeny ? Code.DENY_NEVER_MATCHES : Code.ALLOW_NEVER_MATCHES,
        conflict.getLast().span(),
        rule.metadata().resource(),
        new Text(
            what + " never matches: " + fields,
            isDeny
                ? "it denies nothing, and what it was meant to forbid passes"
                : "it admits nothing, and what it was meant to admit is refused",
            "fields of one entry must all hold: split them into two entries to mean either, or"
                + " correct the values"));
  }
}
