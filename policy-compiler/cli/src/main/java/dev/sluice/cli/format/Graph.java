package dev.sluice.cli.format;

import dev.sluice.cli.terminal.Escapes;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// A graph from `sources` to `targets`, drawn from left to right.
public record Graph(String name, List<String> sources, List<String> targets, List<Edge> edges) {
  public Graph {
    sources = List.copyOf(sources);
    targets = List.copyOf(targets);
    edges = List.copyOf(edges);
  }

  /// One edge; `lines` are its label.
  public record Edge(String from, String to, List<String> lines, Style style) {
    public Edge {
      lines = List.copyOf(lines);
    }
  }

  /// How an edge is drawn.
  public enum Style {
    SOLID,
    DASHED
  }

  /// The graph in the language of Graphviz.
  public String toDot() {
    var dot = new StringBuilder("digraph " + quoted(name) + " {\n  rankdir=LR;\n");
    sources.forEach(node -> dot.append("  ").append(source(node)).append(label(node, "ellipse")));
    targets.forEach(node -> dot.append("  ").append(target(node)).append(label(node, "box")));
    for (Edge edge : edges) {
      dot.append("  ")
          .append(source(edge.from()))
          .append(" -> ")
          .append(target(edge.to()))
          .append(" [style=")
          .append(edge.style().name().toLowerCase(Locale.ROOT))
          .append(
              edge.lines().stream()
                  .map(Graph::escaped)
                  .collect(Collectors.joining("\\l", ", label=\"", "\"];\n")));
    }
    return dot.append("}\n").toString();
  }

  private static String label(String node, String shape) {
    return " [shape=" + shape + ", label=" + quoted(node) + "];\n";
  }

  /// A name can be source and target at once, so the two are told apart.
  private static String source(String name) {
    return quoted("from " + name);
  }

  private static String target(String name) {
    return quoted("to " + name);
  }

  private static String quoted(String text) {
    return "\"" + escaped(text) + "\"";
  }

  private static String escaped(String text) {
    return Escapes.visible(text).replace("\\", "\\\\").replace("\"", "\\\"");
  }
}
