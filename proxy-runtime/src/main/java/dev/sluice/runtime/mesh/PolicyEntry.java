package dev.sluice.runtime.mesh;

import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.AuthorizationPolicy.Rule;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.runtime.mesh.MeshPolicy.Enforcement;
import dev.sluice.runtime.yaml.FieldReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Reads one policy of a mesh file, as upstream's local file writes them.
///
/// Rules are alternatives; all clauses of a rule must hold; of a clause one match; of a match every
/// field that is there. A match without fields says nothing, and a clause of nothing but such
/// matches never holds. Source: Istio ztunnel, `rbac`.
final class PolicyEntry {

  private static final Map<String, Action> ACTIONS =
      new TreeMap<>(Map.of("Allow", Action.ALLOW, "Deny", Action.DENY));
  private static final Map<String, Enforcement> TRIALS =
      new TreeMap<>(Map.of("true", Enforcement.ON_TRIAL, "false", Enforcement.ENFORCED));
  private static final Map<String, Function<String, Scope>> SCOPES =
      new TreeMap<>(
          Map.of(
              "Global", _ -> new Scope.Mesh(),
              "Namespace", Scope.InNamespace::new,
              "WorkloadSelector", _ -> MeshPolicy.byName()));

  private PolicyEntry() {}

  static MeshPolicy read(FieldReader in) {
    String name = in.requiredText("name");
    String namespace = in.requiredText("namespace");
    for (String required : List.of("scope", "action", "rules")) {
      if (in.node(required) == null) {
        in.missing(required);
      }
    }
    List<Condition> rules =
        in.lists("rules", rule -> new Condition.AllOf(rule.lists("", PolicyEntry::clause)));
    return new MeshPolicy(
        new AuthorizationPolicy(
            new PolicyId("AuthorizationPolicy", namespace, name),
            in.word("scope", SCOPES, _ -> MeshPolicy.byName()).apply(namespace),
            in.word("action", ACTIONS, Action.DENY),
            IntStream.range(0, rules.size())
                .mapToObj(index -> new Rule(index, rules.get(index)))
                .toList()),
        in.word("dryRun", TRIALS, Enforcement.ENFORCED));
  }

  private static Condition clause(FieldReader in) {
    List<List<Condition>> matches = in.objects("", PolicyEntry::match);
    return matches.isEmpty()
        ? Condition.always()
        : new Condition.AnyOf(
            matches.stream()
                .filter(fields -> !fields.isEmpty())
                .<Condition>map(Condition.AllOf::new)
                .toList());
  }

  private static List<Condition> match(FieldReader in) {
    var fields = new ArrayList<Condition>();
    both(fields, "namespaces", name -> texts(in, name, Condition.PeerNamespace::new));
    both(fields, "principals", name -> texts(in, name, Condition.Principal::new));
    both(fields, "serviceAccounts", name -> in.objects(name, PolicyEntry::serviceAccount));
    both(fields, "sourceIps", name -> blocks(in, name, Condition.SourceAddress::new));
    both(fields, "destinationIps", name -> blocks(in, name, Condition.WorkloadAddress::new));
    both(
        fields,
        "destinationPorts",
        name -> in.list(name, "a port", text -> port(text).map(Condition.WorkloadPort::new)));
    return fields;
  }

  /// Reads a field and its negation, for example `principals` and `notPrincipals`.
  private static void both(
      List<Condition> fields, String name, Function<String, List<? extends Condition>> reader) {
    String negated = "not" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
    List<? extends Condition> wanted = reader.apply(name);
    if (!wanted.isEmpty()) {
      fields.add(new Condition.AnyOf(List.copyOf(wanted)));
    }
    List<? extends Condition> unwanted = reader.apply(negated);
    if (!unwanted.isEmpty()) {
      fields.add(new Condition.Not(new Condition.AnyOf(List.copyOf(unwanted))));
    }
  }

  private static List<Condition> texts(
      FieldReader in, String name, Function<StringMatch, Condition> leaf) {
    return in.objects(name, value -> leaf.apply(text(value)));
  }

  private static StringMatch text(FieldReader in) {
    if (in.node("Presence") != null) {
      return new StringMatch.Present();
    }
    if (in.node("Exact") != null) {
      return new StringMatch.Exact(in.text("Exact", ""));
    }
    if (in.node("Prefix") != null) {
      return new StringMatch.Prefix(in.text("Prefix", ""));
    }
    return new StringMatch.Suffix(in.requiredText("Suffix"));
  }

  private static Condition serviceAccount(FieldReader in) {
    return new Condition.PeerServiceAccount(
        in.requiredText("namespace"), in.requiredText("serviceAccount"));
  }

  private static List<Condition> blocks(
      FieldReader in, String name, Function<Cidr, Condition> leaf) {
    return in.list(name, "an address block", text -> Cidr.parse(text).map(leaf));
  }

  private static Optional<Integer> port(String text) {
    boolean digits =
        !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    int port = digits ? Integer.parseInt(text) : 0;
    return port >= 1 && port <= 65_535 ? Optional.of(port) : Optional.empty();
  }
}
