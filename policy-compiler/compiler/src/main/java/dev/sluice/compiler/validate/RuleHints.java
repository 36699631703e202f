package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.From;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.OperationAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.To;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Values;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.When;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Warns of rules that are valid and mean something else than they look like.
record RuleHints(MeshSettings settings, Problems problems) {

  void check(AuthorizationPolicySyntax policy) {
    for (Rule rule : policy.rules()) {
      separateSources(rule);
      separateOperations(rule);
      repeatedConditions(rule);
      rule.when().forEach(this::claims);
      identities(policy, rule);
    }
  }

  /// `- source: {principals}` and `- source: {ipBlocks}` are alternatives; one indentation deeper
  /// they would both have to hold.
  private void separateSources(Rule rule) {
    for (int i = 1; i < rule.from().size(); i++) {
      From one = rule.from().get(i - 1);
      From other = rule.from().get(i);
      if (one.entries().size() == 1 && other.entries().size() == 1) {
        Values<SourceAttribute> first = one.entries().getFirst();
        Values<SourceAttribute> second = other.entries().getFirst();
        if (first.attribute() != second.attribute()) {
          Text text =
              alternatives(
                  first.attribute().field(first.polarity()),
                  second.attribute().field(second.polarity()),
                  "source");
          problems.report(Code.SEPARATE_ALTERNATIVES, start(other.span()), text);
          return;
        }
      }
    }
  }

  private void separateOperations(Rule rule) {
    for (int i = 1; i < rule.to().size(); i++) {
      To one = rule.to().get(i - 1);
      To other = rule.to().get(i);
      if (one.entries().size() == 1 && other.entries().size() == 1) {
        Values<OperationAttribute> first = one.entries().getFirst();
        Values<OperationAttribute> second = other.entries().getFirst();
        if (first.attribute() != second.attribute()) {
          Text text =
              alternatives(
                  first.attribute().field(first.polarity()),
                  second.attribute().field(second.polarity()),
                  "operation");
          problems.report(Code.SEPARATE_ALTERNATIVES, start(other.span()), text);
          return;
        }
      }
    }
  }

  private static Text alternatives(String first, String second, String entry) {
    return new Text(
        "`" + first + "` and `" + second + "` stand in two entries, of which one is enough",
        "fields of one `" + entry + "` must all hold, entries of a list are alternatives",
        "write both fields under one `"
            + entry
            + "` if both must hold, or two rules if either is meant");
  }

  private void repeatedConditions(Rule rule) {
    Map<String, When> seen = new HashMap<>();
    for (When when : rule.when()) {
      When first = seen.putIfAbsent(when.key().value(), when);
      if (first != null && !first.values().isEmpty() && !when.values().isEmpty()) {
        problems.report(
            Code.REPEATED_CONDITION,
            when.key().span(),
            new Text(
                "`"
                    + Words.shortened(when.key().value())
                    + "` has two conditions, and both must hold",
                "conditions of a rule are not alternatives",
                "put the values into one list if any of them is enough"));
      }
    }
  }

  private void claims(When when) {
    if (!when.key().value().startsWith("request.auth.claims[")) {
      return;
    }
    Stream.concat(when.values().stream(), when.notValues().stream())
        .filter(value -> isNotText(value.value()))
        .findFirst()
        .ifPresent(value ->
            problems.report(
                Code.CLAIM_NOT_TEXT,
                value.span(),
                new Text(
                    "`"
                        + value.value()
                        + "` is compared with the claim's text, never with a"
                        + " number or boolean",
                    "a claim that is no text matches none of `values` and passes all `notValues`",
                    "have the issuer put text or a list of texts into the claim")));
  }

  private static boolean isNotText(String value) {
    return value.equals("true")
        || value.equals("false")
        || (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9'));
  }

  /// What rules say about identities, in `from` and `when`.
  private void identities(AuthorizationPolicySyntax policy, Rule rule) {
    for (From from : rule.from()) {
      for (Values<SourceAttribute> entry : from.entries()) {
        if (entry.attribute() == SourceAttribute.SERVICE_ACCOUNTS) {
          bareAccounts(policy, entry.values());
        } else if (entry.attribute() == SourceAttribute.PRINCIPALS) {
          entry.values().forEach(this::foreignTrustDomain);
        }
      }
    }
    for (When when : rule.when()) {
      switch (when.key().value()) {
        case "source.serviceAccount" -> {
          bareAccounts(policy, when.values());
          bareAccounts(policy, when.notValues());
        }
        case "source.principal" -> {
          when.values().forEach(this::foreignTrustDomain);
          when.notValues().forEach(this::foreignTrustDomain);
        }
        default -> {}
      }
    }
  }

  private void bareAccounts(AuthorizationPolicySyntax policy, List<Located<String>> accounts) {
    for (Located<String> account : accounts) {
      if (account.value().indexOf('/') < 0 && !account.value().isEmpty()) {
        bareAccount(policy, account);
      }
    }
  }

  private void bareAccount(AuthorizationPolicySyntax policy, Located<String> account) {
    String namespace = policy.metadata().namespace();
    if (namespace.equals(settings.rootNamespace())) {
      problems.report(
          Code.BARE_ACCOUNT_IN_ROOT,
          account.span(),
          new Text(
              "`" + account.value() + "` means `" + namespace + "/" + account.value() + "`",
              "a service account without a namespace is one of the policy's own, also where the"
                  + " policy covers the mesh",
              "write `namespace/" + account.value() + "`"));
    }
  }

  private void foreignTrustDomain(Located<String> principal) {
    String text = principal.value();
    int slash = text.indexOf('/');
    String domain = slash < 0 ? "" : text.substring(0, slash);
    boolean own =
        domain.isEmpty()
            || domain.indexOf('*') >= 0
            || domain.endsWith(":")
            || domain.equals("cluster.local")
            || domain.equals(settings.trustDomain().name())
            || settings.trustDomainAliases().stream()
                .anyMatch(alias -> alias.name().equals(domain));
    if (!own) {
      problems.report(
          Code.FOREIGN_TRUST_DOMAIN,
          principal.span(),
          new Text(
              "`" + Words.shortened(domain) + "` is not a trust domain of this mesh",
              "proxies admit peers of `"
                  + settings.trustDomain().name()
                  + "` and its aliases only,"
                  + " so the principal never matches",
              "correct the trust domain, or list it under `trustDomainAliases` in `sluice.yaml`"));
    }
  }

  private static Span start(Span span) {
    return new Span(span.file(), span.line(), span.column(), span.line(), span.column() + 1);
  }
}
