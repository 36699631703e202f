package dev.sluice.compiler.equivalence;

import static dev.sluice.compiler.equivalence.MeshGenerator.NOWHERE;
import static dev.sluice.compiler.equivalence.MeshGenerator.located;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/// Makes rules over all attributes, from small alphabets that hold every form of a value.
final class RuleGenerator {

  static final SortedMap<SourceAttribute, List<String>> SOURCES =
      new TreeMap<>(
          Map.of(
              SourceAttribute.PRINCIPALS,
              List.of(
                  "cluster.local/ns/shop/sa/web",
                  "cluster.local/ns/shop/*",
                  "*",
                  "*/sa/api",
                  "other.td/ns/shop/sa/web"),
              SourceAttribute.NAMESPACES,
              List.of("shop", "pay", "s*", "*y", "*"),
              SourceAttribute.SERVICE_ACCOUNTS,
              List.of("web", "shop/web", "pay/api"),
              SourceAttribute.TRUST_DOMAINS,
              List.of("cluster.local", "other.td", "*.td", "cluster*", "*"),
              SourceAttribute.IP_BLOCKS,
              List.of("10.0.0.0/8", "10.1.0.0/16", "10.1.0.7", "fd00::/16"),
              SourceAttribute.REQUEST_PRINCIPALS,
              List.of("*", "https://idp/alice", "https://idp/*", "*/bob")));

  static final SortedMap<OperationAttribute, List<String>> OPERATIONS =
      new TreeMap<>(
          Map.of(
              OperationAttribute.PORTS, List.of("80", "81", "8080", "9090"),
              OperationAttribute.METHODS, List.of("GET", "POST", "P*", "*T", "*"),
              OperationAttribute.HOSTS, List.of("api.shop", "*.shop", "API.SHOP", "api*", "*"),
              OperationAttribute.PATHS,
                  List.of("/orders", "/orders*", "/admin/{**}", "/orders/{*}", "*/list", "*")));

  static final SortedMap<String, List<String>> CONDITIONS = new TreeMap<>(conditions());

  private final Random random;

  RuleGenerator(Random random) {
    this.random = random;
  }

  private static Map<String, List<String>> conditions() {
    var conditions = new LinkedHashMap<String, List<String>>();
    conditions.put("source.ip", List.of("10.1.0.0/16", "10.0.0.1"));
    conditions.put("source.namespace", List.of("shop", "pay", "p*"));
    conditions.put("source.principal", List.of("cluster.local/ns/shop/sa/web", "*"));
    conditions.put("source.serviceAccount", List.of("shop/web", "api"));
    conditions.put("source.trustDomain", List.of("cluster.local", "other.td"));
    conditions.put("destination.port", List.of("80", "8080", "9090"));
    conditions.put("destination.ip", List.of("10.2.0.0/16", "10.96.0.1"));
    conditions.put("request.headers[x-tenant]", List.of("blue", "b*", "*d", "*"));
    conditions.put("request.auth.claims[role]", List.of("clerk", "*"));
    conditions.put("request.auth.claims[realm][groups]", List.of("staff", "ops*"));
    conditions.put("request.auth.principal", List.of("https://idp/alice", "*"));
    conditions.put("request.auth.audiences", List.of("api", "*"));
    conditions.put("request.auth.presenter", List.of("portal", "*"));
    return conditions;
  }

  Rule rule(int index) {
    return rule(index, SOURCES, OPERATIONS, CONDITIONS);
  }

  /// A rule that ztunnel can evaluate.
  Rule tcpRule(int index) {
    var sources = new TreeMap<>(SOURCES);
    sources.remove(SourceAttribute.REQUEST_PRINCIPALS);
    var operations = new TreeMap<>(OPERATIONS);
    operations.keySet().retainAll(List.of(OperationAttribute.PORTS));
    var conditions = new TreeMap<>(CONDITIONS);
    conditions.keySet().removeIf(key -> key.startsWith("request."));
    return rule(index, sources, operations, conditions);
  }

  private Rule rule(
      int index,
      SortedMap<SourceAttribute, List<String>> sources,
      SortedMap<OperationAttribute, List<String>> operations,
      SortedMap<String, List<String>> conditions) {
    var from = new ArrayList<From>();
    var to = new ArrayList<To>();
    var when = new ArrayList<When>();
    for (int i = random.nextInt(3); i > 0; i--) {
      from.add(new From(valid(values(sources)), NOWHERE));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      to.add(new To(values(operations), NOWHERE));
    }
    for (int i = random.nextInt(4) - 1; i > 0; i--) {
      when.add(when(conditions));
    }
    return new Rule(index, from, to, when, NOWHERE);
  }

  /// The API server refuses service accounts beside other ways to name identities.
  private static List<Values<SourceAttribute>> valid(List<Values<SourceAttribute>> entries) {
    boolean accounts =
        entries.stream().anyMatch(entry -> entry.attribute() == SourceAttribute.SERVICE_ACCOUNTS);
    return accounts
        ? entries.stream()
            .filter(entry ->
                entry.attribute() != SourceAttribute.PRINCIPALS
                    && entry.attribute() != SourceAttribute.NAMESPACES)
            .toList()
        : entries;
  }

  /// One or two fields, each at most once, in the order in which they are read.
  private <A extends Enum<A>> List<Values<A>> values(SortedMap<A, List<String>> alphabet) {
    record Field<A extends Enum<A>>(A attribute, Polarity polarity) {}
    List<A> attributes = List.copyOf(alphabet.keySet());
    var chosen = new LinkedHashMap<Field<A>, Values<A>>();
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      A attribute = attributes.get(random.nextInt(attributes.size()));
      Polarity polarity = random.nextInt(3) == 0 ? Polarity.NEGATIVE : Polarity.POSITIVE;
      List<String> options = alphabet.getOrDefault(attribute, List.of());
      chosen.put(
          new Field<>(attribute, polarity),
          new Values<>(attribute, polarity, some(options), NOWHERE));
    }
    return chosen.values().stream()
        .sorted(
            java.util.Comparator.comparing((Values<A> values) -> values.attribute())
                .thenComparing(Values::polarity))
        .toList();
  }

  private When when(SortedMap<String, List<String>> conditions) {
    List<String> keys = List.copyOf(conditions.keySet());
    String key = keys.get(random.nextInt(keys.size()));
    List<String> options = conditions.getOrDefault(key, List.of());
    boolean positive = random.nextBoolean();
    return new When(
        located(key),
        positive ? some(options) : List.of(),
        positive && random.nextBoolean() ? List.of() : some(options),
        NOWHERE);
  }

  private List<Located<String>> some(List<String> options) {
    var chosen = new ArrayList<Located<String>>();
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      Located<String> value = located(options.get(random.nextInt(options.size())));
      if (!chosen.contains(value)) {
        chosen.add(value);
      }
    }
    return chosen;
  }
}
