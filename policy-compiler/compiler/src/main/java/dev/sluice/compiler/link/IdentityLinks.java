package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.When;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.engine.policy.StringMatch;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Reports peers in rules whose namespace or service account does not exist.
///
/// A peer that does not exist is admitted or refused by nobody's request, so a misspelt one opens
/// or closes a door without a word.
final class IdentityLinks {

  static final List<String> ALWAYS_THERE = List.of("default", "kube-system");

  private final Catalog catalog;
  private final KnownTopology topology;
  private final MeshSettings settings;
  private final Diagnostics problems;
  private final SortedSet<String> known;

  /// @param known all namespaces there are
  IdentityLinks(
      Catalog catalog,
      KnownTopology topology,
      SortedSet<String> known,
      MeshSettings settings,
      Diagnostics problems) {
    this.catalog = catalog;
    this.topology = topology;
    this.settings = settings;
    this.problems = problems;
    this.known = known;
  }

  void check(LinkedPolicy policy) {
    if (policy instanceof LinkedPolicy.Authorization(var syntax, _, _, _, _, _)) {
      check(syntax);
    }
  }

  private void check(AuthorizationPolicySyntax policy) {
    for (Rule rule : policy.rules()) {
      for (var from : rule.from()) {
        for (var values : from.entries()) {
          for (Located<String> value : values.values()) {
            source(policy.metadata(), values.attribute(), value);
          }
        }
      }
      rule.when().forEach(when -> when(policy.metadata(), when));
    }
  }

  private void source(Metadata policy, SourceAttribute attribute, Located<String> value) {
    switch (attribute) {
      case PRINCIPALS -> principal(policy, value);
      case NAMESPACES -> namespacePattern(policy, value);
      case SERVICE_ACCOUNTS -> serviceAccount(policy, value);
      case REQUEST_PRINCIPALS, IP_BLOCKS, REMOTE_IP_BLOCKS, TRUST_DOMAINS -> {}
    }
  }

  private void when(Metadata policy, When when) {
    for (List<Located<String>> values : List.of(when.values(), when.notValues())) {
      for (Located<String> value : values) {
        switch (when.key().value()) {
          case "source.principal" -> principal(policy, value);
          case "source.namespace" -> namespacePattern(policy, value);
          case "source.serviceAccount" -> serviceAccount(policy, value);
          default -> {}
        }
      }
    }
  }

  /// `DOMAIN/ns/NAMESPACE/sa/ACCOUNT` of this mesh; patterns are checked as far as they are exact.
  private void principal(Metadata policy, Located<String> value) {
    String[] parts = value.value().split("/", -1);
    if (parts.length != 5 || !parts[1].equals("ns") || !parts[3].equals("sa")) {
      return;
    }
    boolean ours =
        parts[0].equals("cluster.local")
            || parts[0].equals(settings.trustDomain().name())
            || settings.trustDomainAliases().stream()
                .anyMatch(alias -> alias.name().equals(parts[0]));
    if (ours) {
      account(policy, parts[2], parts[4], value.span());
    }
  }

  private void serviceAccount(Metadata policy, Located<String> value) {
    int slash = value.value().indexOf('/');
    String namespace = slash < 0 ? policy.namespace() : value.value().substring(0, slash);
    account(policy, namespace, value.value().substring(slash + 1), value.span());
  }

  private void account(Metadata policy, String namespace, String name, Span span) {
    if (namespace.contains("*") || !exists(policy, namespace, span)) {
      return;
    }
    if (name.contains("*")
        || !topology.knowsAccounts(namespace)
        || catalog.hasAccount(namespace, name)) {
      return;
    }
    Set<String> there = new TreeSet<>();
    catalog.accounts(namespace).forEach(account -> there.add(namespace + "/" + account));
    problems.report(
        Code.UNKNOWN_SERVICE_ACCOUNT,
        span,
        policy.resource(),
        new Text(
            "service account `" + namespace + "/" + name + "` does not exist in the tree",
            "nothing runs as it, so no request ever comes from it",
            Nearest.help(
                namespace + "/" + name, there, "correct the name, or add the ServiceAccount")));
  }

  private void namespacePattern(Metadata policy, Located<String> value) {
    StringMatch match = StringMatch.parse(value.value());
    switch (match) {
      case StringMatch.Exact(var name) -> exists(policy, name, value.span());
      case StringMatch.Prefix _, StringMatch.Suffix _ -> {
        if (topology.knowsNamespaces() && known.stream().noneMatch(match::matches)) {
          missing(policy, "no namespace of the tree matches `" + value.value() + "`", value);
        }
      }
      case StringMatch.Present _ -> {}
    }
  }

  /// Whether a namespace exists or may exist; one that does not is reported.
  private boolean exists(Metadata policy, String namespace, Span span) {
    if (!topology.knowsNamespaces() || known.contains(namespace)) {
      return true;
    }
    missing(
        policy,
        "namespace `" + namespace + "` does not exist in the tree",
        new Located<>(namespace, span));
    return false;
  }

  private void missing(Metadata policy, String message, Located<String> name) {
    problems.report(
        Code.UNKNOWN_NAMESPACE,
        name.span(),
        policy.resource(),
        new Text(
            message,
            "no request ever comes from there",
            Nearest.help(name.value(), known, "correct the name, or add the Namespace")));
  }
}
