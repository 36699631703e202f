package dev.sluice.compiler.validate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.read.Node;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.validate.ApiRule.Channel;
import dev.sluice.schemas.ApiRules;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the API server demands of a kind beyond its shape: the CEL rules of the custom resource
/// definition, for objects that fit the schema.
///
/// A rule whose own finding is already there adds nothing, and one that a value cannot break for
/// lack of the fields it is about is not evaluated.
final class ApiServerRules {

  private static final String STANDARD_ONLY =
      "a cluster with the standard channel of the Gateway API drops or refuses it";

  private final List<ApiRule> rules;
  private final List<NodePattern> experimental;

  private ApiServerRules(List<ApiRule> rules, List<NodePattern> experimental) {
    this.rules = List.copyOf(rules);
    this.experimental = List.copyOf(experimental);
  }

  /// The rules of one of the shipped files.
  static ApiServerRules of(ApiRules which) {
    try (InputStream stream = which.open()) {
      JsonNode root = new JsonMapper().readTree(stream);
      List<ApiRule> rules = new ArrayList<>();
      root.path("rules").forEach(rule -> rules.add(ApiRule.of(rule)));
      List<NodePattern> experimental = new ArrayList<>();
      root.path("experimental").forEach(path -> experimental.add(NodePattern.parse(path.asText())));
      return new ApiServerRules(rules, experimental);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(which.fileName(), unreadable);
    }
  }

  List<ApiRule> rules() {
    return rules;
  }

  /// Reports what the API server would refuse and no finding has said yet.
  void check(MappingNode root, Problems problems) {
    for (NodePattern field : experimental) {
      String name = field.steps().getLast().field();
      field.forEach(root, (_, place) -> experimentalField(name, place, problems));
    }
    Set<Span> broken = new HashSet<>();
    for (ApiRule rule : rules) {
      for (NodePattern path : rule.paths()) {
        path.forEach(
            root,
            (node, place) -> {
              if (rule.needs().areMet(node) && !rule.expression().holds(value(node))) {
                report(rule, place, broken, problems);
              }
            });
      }
    }
  }

  private static void experimentalField(String name, Span place, Problems problems) {
    problems.report(
        Code.EXPERIMENTAL_FIELD,
        place,
        new Text(
            "`" + name + "` is a field of the experimental channel",
            STANDARD_ONLY + ", and no proxy here acts on it",
            "remove the field"));
  }

  /// One mistake is one finding: what another finding says, or another rule about the same value,
  /// is not said again.
  private static void report(ApiRule rule, Span place, Set<Span> broken, Problems problems) {
    boolean isFirst = broken.add(place);
    if (!isFirst || problems.hasReported(rule.reportedAs())) {
      return;
    }
    boolean standardOnly = rule.channel() == Channel.STANDARD;
    problems.report(
        standardOnly ? Code.EXPERIMENTAL_FIELD : Code.API_RULE,
        place,
        new Text(
            rule.message(),
            standardOnly ? STANDARD_ONLY : "the API server refuses the object",
            rule.help().isEmpty() ? "correct it" : rule.help()));
  }

  /// A value as CEL sees it: the JSON that is sent to the API server.
  static Object value(Node node) {
    return switch (node) {
      case MappingNode mapping -> {
        Map<String, Object> values = new LinkedHashMap<>();
        mapping.entries().forEach(entry -> values.put(entry.key().text(), value(entry.value())));
        yield values;
      }
      case SequenceNode list -> list.items().stream().map(ApiServerRules::value).toList();
      case ScalarNode scalar ->
          switch (scalar.resolve()) {
            case TEXT -> scalar.text();
            case NUMBER ->
                scalar.text().chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'))
                    ? (Object) Long.parseLong(scalar.text())
                    : (Object) Double.parseDouble(scalar.text());
            case BOOLEAN -> scalar.text().equals("true");
            case NULL -> "";
          };
    };
  }
}
