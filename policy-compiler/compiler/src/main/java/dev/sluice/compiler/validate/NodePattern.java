package dev.sluice.compiler.validate;

import dev.sluice.compiler.read.Node;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.compiler.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/// A path of field names in which `[]` stands for every item and `{}` for every value.
record NodePattern(List<Step> steps) {

  NodePattern {
    steps = List.copyOf(steps);
  }

  /// One step down; what comes after the field, if anything.
  record Step(String field, Below below) {}

  /// Whether a step ends at a field, or goes on into all it holds.
  enum Below {
    ITSELF,
    ITEMS,
    VALUES
  }

  static NodePattern parse(String text) {
    List<Step> steps = new ArrayList<>();
    for (String part : text.split("\\.", -1)) {
      steps.add(
          part.endsWith("[]")
              ? new Step(part.substring(0, part.length() - 2), Below.ITEMS)
              : part.endsWith("{}")
                  ? new Step(part.substring(0, part.length() - 2), Below.VALUES)
                  : new Step(part, Below.ITSELF));
    }
    return new NodePattern(steps);
  }

  /// Hands over every matching node below `root` with the place where findings about it point.
  void forEach(MappingNode root, BiConsumer<Node, Span> visitor) {
    descend(root, 0, root.span(), visitor);
  }

  private void descend(Node node, int depth, Span place, BiConsumer<Node, Span> visitor) {
    if (depth == steps.size()) {
      visitor.accept(node, place);
      return;
    }
    Step step = steps.get(depth);
    var entry = node instanceof MappingNode mapping ? mapping.entry(step.field()) : null;
    if (entry == null) {
      return;
    }
    switch (step.below()) {
      case ITSELF -> descend(entry.value(), depth + 1, entry.key().span(), visitor);
      case ITEMS -> {
        if (entry.value() instanceof SequenceNode list) {
          list.items().forEach(item -> descend(item, depth + 1, Fields.startOf(item), visitor));
        }
      }
      case VALUES -> {
        if (entry.value() instanceof MappingNode values) {
          values
              .entries()
              .forEach(one -> descend(one.value(), depth + 1, one.key().span(), visitor));
        }
      }
    }
  }
}
