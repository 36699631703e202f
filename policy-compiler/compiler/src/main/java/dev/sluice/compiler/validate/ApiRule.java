package dev.sluice.compiler.validate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.compiler.read.Node;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.SequenceNode;
import java.util.ArrayList;
import java.util.List;

/// One rule of the API server: the places it is about, what can break it, and what it says.
record ApiRule(
    String id,
    List<NodePattern> paths,
    Channel channel,
    String reportedAs,
    Needs needs,
    Expression expression,
    String message,
    String help) {

  /// The channels of the Gateway API that have a rule.
  enum Channel {
    BOTH,
    STANDARD,
    EXPERIMENTAL
  }

  static ApiRule of(JsonNode json) {
    List<NodePattern> paths = new ArrayList<>();
    json.path("paths").forEach(path -> paths.add(NodePattern.parse(path.asText())));
    return new ApiRule(
        json.path("id").asText(),
        paths,
        switch (json.path("channel").asText()) {
          case "standard" -> Channel.STANDARD;
          case "experimental" -> Channel.EXPERIMENTAL;
          default -> Channel.BOTH;
        },
        json.path("reportedAs").asText(),
        Needs.of(json.path("needs")),
        new Expression(json.path("rule").asText()),
        json.path("message").asText(),
        json.path("help").asText());
  }

  /// What a value must have to be able to break a rule; anything goes where a part is empty.
  record Needs(List<List<String>> fields, String text, int items) {

    static Needs of(JsonNode json) {
      List<List<String>> fields = new ArrayList<>();
      for (JsonNode group : json.path("fields")) {
        List<String> names = new ArrayList<>();
        group.forEach(name -> names.add(name.asText()));
        fields.add(List.copyOf(names));
      }
      return new Needs(
          List.copyOf(fields), json.path("text").asText(), json.path("items").asInt(0));
    }

    boolean areMet(Node node) {
      return (items == 0 || (node instanceof SequenceNode list && list.items().size() >= items))
          && (fields.isEmpty()
              || (node instanceof MappingNode mapping && fields.stream().anyMatch(has(mapping))))
          && (text.isEmpty() || holds(node));
    }

    private static java.util.function.Predicate<List<String>> has(MappingNode mapping) {
      return names -> names.stream().allMatch(name -> mapping.entry(name) != null);
    }

    private boolean holds(Node node) {
      return switch (node) {
        case ScalarNode scalar -> scalar.text().contains(text);
        case SequenceNode list -> list.items().stream().anyMatch(this::holds);
        case MappingNode mapping ->
            mapping.entries().stream()
                .anyMatch(entry -> entry.key().text().contains(text) || holds(entry.value()));
      };
    }
  }
}
