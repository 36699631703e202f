package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.read.Node;
import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.SequenceNode;
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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the rules of an AuthorizationPolicy.
final class RuleReader {

  private final Problems problems;
  private final ValueChecks checks;

  RuleReader(Problems problems) {
    this.problems = problems;
    this.checks = new ValueChecks(problems);
  }

  Rule read(int index, MappingNode rule) {
    var from = new ArrayList<From>();
    var to = new ArrayList<To>();
    var when = new ArrayList<When>();
    for (MappingNode entry : list(rule, "from")) {
      MappingNode source = inner(entry, "source");
      if (source != null) {
        from.add(from(source));
      }
    }
    for (MappingNode entry : list(rule, "to")) {
      MappingNode operation = inner(entry, "operation");
      if (operation != null) {
        to.add(to(operation));
      }
    }
    for (MappingNode entry : list(rule, "when")) {
      Located<String> key = Fields.text(entry, "key");
      if (key != null) {
        when.add(when(entry, key));
      }
    }
    return new Rule(index, from, to, when, Fields.startOf(rule));
  }

  /// The entries of a list that, when present, must not be empty.
  private List<MappingNode> list(MappingNode rule, String field) {
    if (Fields.has(rule, field) && isEmpty(rule.value(field))) {
      emptyList(Fields.keySpan(rule, field), field);
    }
    return Fields.mappings(rule, field);
  }

  private static boolean isEmpty(@Nullable Node node) {
    return !(node instanceof SequenceNode sequence) || sequence.items().isEmpty();
  }

  private void emptyList(Span span, String field) {
    problems.report(
        Code.EMPTY_LIST,
        span,
        new Text(
            "`" + field + "` is empty",
            "Istio takes an empty list for an absent one, which matches everything",
            "remove the field to match everything, or fill the list"));
  }

  private @Nullable MappingNode inner(MappingNode entry, String field) {
    MappingNode found = entry.mapping(field);
    if (found == null || found.entries().isEmpty()) {
      problems.report(
          Code.EMPTY_ENTRY,
          Fields.startOf(entry),
          new Text(
              "an entry without `" + field + "` fields",
              "it would match everything",
              "fill `" + field + "`, or remove the entry"));
      return null;
    }
    return found;
  }

  private From from(MappingNode source) {
    var entries = new ArrayList<Values<SourceAttribute>>();
    for (SourceAttribute attribute : SourceAttribute.values()) {
      for (Polarity polarity : Polarity.values()) {
        Values<SourceAttribute> values =
            values(source, attribute.field(polarity), attribute, polarity);
        if (values != null) {
          for (Located<String> value : values.values()) {
            if (checks.isFilled(value)) {
              check(attribute, values, value);
            }
          }
          entries.add(values);
        }
      }
    }
    checkIdentityFields(source, entries);
    return new From(entries, Fields.startOf(source));
  }

  private <A> @Nullable Values<A> values(
      MappingNode mapping, String field, A attribute, Polarity polarity) {
    Entry entry = mapping.entry(field);
    if (entry == null) {
      return null;
    }
    List<Located<String>> values = Fields.texts(entry.value());
    Span span = entry.key().span();
    if (values.isEmpty()) {
      emptyList(span, field);
      return null;
    }
    return new Values<>(attribute, polarity, values, span);
  }

  private void check(
      SourceAttribute attribute, Values<SourceAttribute> values, Located<String> value) {
    switch (attribute) {
      case PRINCIPALS -> checks.principal(value);
      case REQUEST_PRINCIPALS -> checks.requestPrincipal(value);
      case NAMESPACES -> checks.wildcard(value);
      case SERVICE_ACCOUNTS -> checks.serviceAccount(value);
      case IP_BLOCKS -> checks.address(value);
      case TRUST_DOMAINS -> checks.trustDomain(value);
      case REMOTE_IP_BLOCKS ->
          problems.report(
              Code.UNSUPPORTED_CONDITION,
              values.span(),
              new Text(
                  "`" + attribute.field(values.polarity()) + "` is not supported",
                  "it trusts `X-Forwarded-For`, which no proxy here does",
                  "use `ipBlocks`, the address of the peer"));
    }
  }

  private void checkIdentityFields(MappingNode source, List<Values<SourceAttribute>> entries) {
    boolean accounts = false;
    boolean others = false;
    for (Values<SourceAttribute> entry : entries) {
      accounts |= entry.attribute() == SourceAttribute.SERVICE_ACCOUNTS;
      others |=
          entry.attribute() == SourceAttribute.PRINCIPALS
              || entry.attribute() == SourceAttribute.NAMESPACES;
    }
    if (accounts && others) {
      problems.report(
          Code.MIXED_IDENTITY_FIELDS,
          Fields.startOf(source),
          new Text(
              "`serviceAccounts` cannot be combined with `principals` or `namespaces`",
              "the API server refuses it",
              "use one way to name identities per source"));
    }
  }

  private To to(MappingNode operation) {
    var entries = new ArrayList<Values<OperationAttribute>>();
    for (OperationAttribute attribute : OperationAttribute.values()) {
      for (Polarity polarity : Polarity.values()) {
        Values<OperationAttribute> values =
            values(operation, attribute.field(polarity), attribute, polarity);
        if (values != null) {
          for (Located<String> value : values.values()) {
            if (checks.isFilled(value)) {
              check(attribute, value);
            }
          }
          entries.add(values);
        }
      }
    }
    return new To(entries, Fields.startOf(operation));
  }

  private void check(OperationAttribute attribute, Located<String> value) {
    switch (attribute) {
      case PORTS -> checks.port(value);
      case PATHS -> checks.path(value);
      case HOSTS, METHODS -> checks.wildcard(value);
    }
  }

  private When when(MappingNode entry, Located<String> key) {
    List<Located<String>> values = Fields.texts(entry, "values");
    List<Located<String>> notValues = Fields.texts(entry, "notValues");
    if (values.isEmpty() && notValues.isEmpty()) {
      problems.report(
          Code.BAD_CONDITION,
          key.span(),
          new Text(
              "condition on `"
                  + Words.shortened(key.value())
                  + "` has neither `values` nor `notValues`",
              "Istio drops such a condition, which widens the rule",
              "add the values"));
    }
    for (String field : List.of("values", "notValues")) {
      if (Fields.has(entry, field) && Fields.texts(entry, field).isEmpty()) {
        emptyList(Fields.keySpan(entry, field), field);
      }
    }
    new ConditionChecks(problems, checks).check(key, values, notValues);
    return new When(key, values, notValues, Fields.startOf(entry));
  }
}
