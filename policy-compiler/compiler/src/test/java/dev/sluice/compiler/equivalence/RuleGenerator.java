package dev.sluice.compiler.equivalence;

import dev.sluice.compiler.source.Located;
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
import java.util.Map;
import java.util.Random;

/// Makes rules over all attributes, from small alphabets.
final class RuleGenerator {

  private static final Map<SourceAttribute, List<String>> SOURCES =
      Map.of(
          SourceAttribute.PRINCIPALS,
          List.of(
              "cluster.local/ns/shop/sa/web",
              "cluster.local/ns/shop/*",
              "*",
              "*/sa/api",
              "other.td/ns/shop/sa/web"),
          SourceAttribute.NAMESPACES,
          List.of("shop", "pay", "s*", "*"),
          SourceAttribute.SERVICE_ACCOUNTS,
          List.of("web", "shop/web", "pay/api"),
          SourceAttribute.TRUST_DOMAINS,
          List.of("cluster.local", "other.td", "*.td"),
          SourceAttribute.IP_BLOCKS,
          List.of("10.0.0.0/8", "10.1.0.0/16", "10.1.0.7"),
          SourceAttribute.REQUEST_PRINCIPALS,
          List.of("*", "https://idp/alice", "https://idp/*"));
  private static final Map<OperationAttribute, List<String>> OPERATIONS =
      Map.of(
          OperationAttribute.PORTS, List.of("80", "8080", "9090"),
          OperationAttribute.METHODS, List.of("GET", "POST"),
          OperationAttribute.HOSTS, List.of("api.shop", "*.shop", "API.SHOP"),
          OperationAttribute.PATHS,
              List.of("/orders", "/orders*", "/admin/{**}", "/orders/{*}", "*/list"));
  private static final Map<String, List<String>> CONDITIONS =
      Map.of(
          "source.ip", List.of("10.1.0.0/16", "10.0.0.1"),
          "source.namespace", List.of("shop", "pay"),
          "source.principal", List.of("cluster.local/ns/shop/sa/web", "*"),
          "source.serviceAccount", List.of("shop/web", "api"),
          "source.trustDomain", List.of("cluster.local", "other.td"),
          "destination.port", List.of("80", "8080", "9090"),
          "destination.ip", List.of("10.2.0.0/16", "10.96.0.1"),
          "request.headers[x-tenant]", List.of("blue", "b*", "*"),
          "request.auth.claims[role]", List.of("clerk", "*"),
          "request.auth.principal", List.of("https://idp/alice", "*"));

  private final Random random;

  RuleGenerator(Random random) {
    this.random = random;
  }

  Rule rule(int index) {
    var from = new ArrayList<From>();
    var to = new ArrayList<To>();
    var when = new ArrayList<When>();
    for (int i = random.nextInt(3); i > 0; i--) {
      from.add(new From(values(SourceAttribute.values(), SOURCES), Generator.NOWHERE));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      to.add(new To(values(OperationAttribute.values(), OPERATIONS), Generator.NOWHERE));
    }
    if (random.nextInt(3) == 0) {
      when.add(when());
    }
    return new Rule(index, from, to, when, Generator.NOWHERE);
  }

  private <A> List<Values<A>> values(A[] attributes, Map<A, List<String>> alphabet) {
    var entries = new ArrayList<Values<A>>();
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      A attribute = attributes[random.nextInt(attributes.length)];
      List<String> options = alphabet.getOrDefault(attribute, List.of());
      if (!options.isEmpty()) {
        Polarity polarity = random.nextInt(3) == 0 ? Polarity.NEGATIVE : Polarity.POSITIVE;
        entries.add(new Values<>(attribute, polarity, some(options), Generator.NOWHERE));
      }
    }
    return entries.isEmpty() ? values(attributes, alphabet) : entries;
  }

  private When when() {
    List<String> keys = CONDITIONS.keySet().stream().sorted().toList();
    String key = keys.get(random.nextInt(keys.size()));
    List<String> options = CONDITIONS.getOrDefault(key, List.of());
    boolean positive = random.nextBoolean();
    return new When(
        Generator.located(key),
        positive ? some(options) : List.of(),
        positive && random.nextBoolean() ? List.of() : some(options),
        Generator.NOWHERE);
  }

  private List<Located<String>> some(List<String> options) {
    var chosen = new ArrayList<Located<String>>();
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      chosen.add(Generator.located(options.get(random.nextInt(options.size()))));
    }
    return chosen;
  }
}
