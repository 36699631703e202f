package dev.sluice.compiler.upstream;

import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.From;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Polarity;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.syntax.Case.Client;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.Peer;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Clients that a policy tells apart: those its rules name, a stranger, and one without mTLS.
record Clients(TrustDomain trustDomain) {

  private static final int MOST_RULES = 4;

  List<Client> of(LinkedPolicy policy) {
    Set<Client> clients = new LinkedHashSet<>();
    if (policy instanceof LinkedPolicy.Authorization authorization) {
      AuthorizationPolicySyntax syntax = authorization.syntax();
      syntax.rules().stream()
          .limit(MOST_RULES)
          .forEach(rule -> clients.addAll(named(rule, syntax.metadata().namespace())));
    }
    clients.add(client(identity("elsewhere", "stranger")));
    clients.add(new Client(Peer.anonymous(), Optional.empty()));
    return List.copyOf(clients);
  }

  private List<Client> named(Rule rule, String home) {
    Set<Client> clients = new LinkedHashSet<>();
    for (From from : rule.from()) {
      SpiffeId id = identity(home, "client");
      Optional<InetAddress> address = Optional.empty();
      for (var entry : from.entries()) {
        if (entry.polarity() == Polarity.POSITIVE) {
          String text = entry.values().getFirst().value();
          id = refined(id, entry.attribute(), text, home);
          if (entry.attribute() == SourceAttribute.IP_BLOCKS) {
            address = Cidr.parse(text).map(Cidr::network);
          }
        }
      }
      clients.add(new Client(new Peer.Identified(id), address));
    }
    for (var when : rule.when()) {
      for (Located<String> value : when.values().stream().limit(1).toList()) {
        switch (when.key().value()) {
          case "source.principal" -> clients.add(client(principal(value.value())));
          case "source.namespace" ->
              clients.add(client(identity(concrete(value.value()), "client")));
          case "source.serviceAccount" -> clients.add(client(account(value.value(), home)));
          default -> {}
        }
      }
    }
    return List.copyOf(clients);
  }

  private SpiffeId refined(SpiffeId id, SourceAttribute attribute, String text, String home) {
    return switch (attribute) {
      case PRINCIPALS -> principal(text);
      case NAMESPACES -> new SpiffeId(id.trustDomain(), concrete(text), id.serviceAccount());
      case SERVICE_ACCOUNTS -> account(text, home);
      case TRUST_DOMAINS ->
          new SpiffeId(new TrustDomain(concrete(text)), id.namespace(), id.serviceAccount());
      case REQUEST_PRINCIPALS, IP_BLOCKS, REMOTE_IP_BLOCKS -> id;
    };
  }

  /// An identity that a pattern of principals matches, or nearly so.
  private SpiffeId principal(String text) {
    String pattern = text.equals("*") ? "*/ns/any/sa/any" : text;
    String[] parts = pattern.replaceFirst("\\*$", "any").split("/", -1);
    String domain = parts[0].isEmpty() || parts[0].startsWith("*") ? "" : parts[0];
    TrustDomain own = domain.isEmpty() || domain.equals("cluster.local") ? trustDomain : null;
    return new SpiffeId(
        own == null ? new TrustDomain(domain) : own,
        parts.length > 2 ? concrete(parts[2]) : "any",
        parts.length > 4 ? concrete(parts[4]) : "any");
  }

  private SpiffeId account(String text, String home) {
    int slash = text.indexOf('/');
    return slash < 0
        ? identity(home, text)
        : identity(text.substring(0, slash), text.substring(slash + 1));
  }

  private static String concrete(String text) {
    String plain = text.replace("*", "");
    return plain.isEmpty() ? "any" : plain;
  }

  private SpiffeId identity(String namespace, String account) {
    return new SpiffeId(trustDomain, namespace, account);
  }

  private static Client client(SpiffeId id) {
    return new Client(new Peer.Identified(id), Optional.empty());
  }
}
