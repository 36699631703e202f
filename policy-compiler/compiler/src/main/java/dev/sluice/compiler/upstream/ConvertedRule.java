package dev.sluice.compiler.upstream;

import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.From;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.OperationAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Polarity;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.To;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Values;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.When;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.StringMatch;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// One rule as Istio's ztunnel is given it: clauses of matches, from which everything that needs
/// HTTP is gone.
///
/// An alternative of which nothing is left is skipped, a clause of which nothing is left is never
/// true. Source: istio pilot/pkg/serviceregistry/ambient/authorization.go, ztunnel src/rbac.rs,
/// August 2026.
record ConvertedRule(String policyNamespace, Rule rule) {

  private static final Set<String> CONNECTION_KEYS =
      Set.of(
          "source.ip",
          "source.namespace",
          "source.principal",
          "destination.ip",
          "destination.port");

  /// What is left of an alternative; empty when nothing is.
  private interface Match extends Predicate<Connection> {}

  /// Whether an ALLOW policy loses this rule: any attribute of HTTP omits it.
  static boolean isOmittedFromAllow(Rule rule) {
    return rule.from().stream()
            .flatMap(from -> from.entries().stream())
            .anyMatch(entry ->
                entry.attribute() == SourceAttribute.REQUEST_PRINCIPALS
                    || entry.attribute() == SourceAttribute.REMOTE_IP_BLOCKS)
        || rule.to().stream()
            .flatMap(to -> to.entries().stream())
            .anyMatch(entry -> entry.attribute() != OperationAttribute.PORTS)
        || rule.when().stream().anyMatch(when -> !CONNECTION_KEYS.contains(when.key().value()));
  }

  boolean matches(Connection connection) {
    return (rule.to().isEmpty() || holds(rule.to().stream().map(this::match).toList(), connection))
        && (rule.from().isEmpty()
            || holds(rule.from().stream().map(this::match).toList(), connection))
        && rule.when().stream().allMatch(when -> holds(List.of(match(when)), connection));
  }

  private static boolean holds(List<Optional<Match>> alternatives, Connection connection) {
    return alternatives.stream().flatMap(Optional::stream).anyMatch(one -> one.test(connection));
  }

  private Optional<Match> match(To to) {
    List<Values<OperationAttribute>> ports =
        to.entries().stream()
            .filter(entry -> entry.attribute() == OperationAttribute.PORTS)
            .toList();
    return ports.isEmpty()
        ? Optional.empty()
        : Optional.of(connection ->
            ports.stream()
                .allMatch(entry ->
                    any(entry.values(), text -> isPort(text, connection))
                        == (entry.polarity() == Polarity.POSITIVE)));
  }

  private Optional<Match> match(From from) {
    List<Values<SourceAttribute>> known =
        from.entries().stream().filter(entry -> isKnown(entry.attribute())).toList();
    return known.isEmpty()
        ? Optional.empty()
        : Optional.of(connection ->
            known.stream()
                .allMatch(entry ->
                    any(entry.values(), text -> source(entry.attribute(), text, connection))
                        == (entry.polarity() == Polarity.POSITIVE)));
  }

  /// `trustDomains` is in neither list of the conversion: it vanishes.
  private static boolean isKnown(SourceAttribute attribute) {
    return switch (attribute) {
      case PRINCIPALS, NAMESPACES, SERVICE_ACCOUNTS, IP_BLOCKS -> true;
      case REQUEST_PRINCIPALS, REMOTE_IP_BLOCKS, TRUST_DOMAINS -> false;
    };
  }

  private Optional<Match> match(When when) {
    String key = when.key().value();
    if (!CONNECTION_KEYS.contains(key)) {
      return Optional.empty();
    }
    return Optional.of(connection ->
        (when.values().isEmpty() || any(when.values(), text -> condition(key, text, connection)))
            && !any(when.notValues(), text -> condition(key, text, connection)));
  }

  private boolean condition(String key, String text, Connection connection) {
    return switch (key) {
      case "source.ip" -> source(SourceAttribute.IP_BLOCKS, text, connection);
      case "source.namespace" -> source(SourceAttribute.NAMESPACES, text, connection);
      case "source.principal" -> source(SourceAttribute.PRINCIPALS, text, connection);
      case "destination.ip" -> isIn(text, connection.workload().address());
      default -> isPort(text, connection);
    };
  }

  private boolean source(SourceAttribute attribute, String text, Connection connection) {
    if (attribute == SourceAttribute.IP_BLOCKS) {
      return isIn(text, connection.source());
    }
    if (!(connection.peer() instanceof Peer.Identified(var id))) {
      return false;
    }
    StringMatch match = StringMatch.parse(text);
    return switch (attribute) {
      case PRINCIPALS -> match.matches(id.principal());
      case NAMESPACES -> match.matches(id.namespace());
      case SERVICE_ACCOUNTS -> {
        String full = text.contains("/") ? text : policyNamespace + "/" + text;
        yield full.equals(id.namespace() + "/" + id.serviceAccount());
      }
      case IP_BLOCKS, REQUEST_PRINCIPALS, REMOTE_IP_BLOCKS, TRUST_DOMAINS -> false;
    };
  }

  private static boolean isIn(String block, InetAddress address) {
    return Cidr.parse(block).filter(parsed -> parsed.contains(address)).isPresent();
  }

  private static boolean isPort(String text, Connection connection) {
    return text.equals(Integer.toString(connection.workload().port()));
  }

  private static boolean any(List<Located<String>> values, Predicate<String> holds) {
    return values.stream().map(Located::value).anyMatch(holds);
  }

  /// The rules of a policy as ztunnel is given them.
  static List<ConvertedRule> of(AuthorizationPolicySyntax policy) {
    boolean allows = policy.action().value() == AuthorizationPolicySyntax.Action.ALLOW;
    return policy.rules().stream()
        .filter(rule -> !allows || !isOmittedFromAllow(rule))
        .map(rule -> new ConvertedRule(policy.metadata().namespace(), rule))
        .toList();
  }
}
