package dev.sluice.cli.demo;

import dev.sluice.cli.demo.TextTable.Cell;
import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.place.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Findings and placements of the shop in short: for each policy its layer, proxies and reason.
final class PlanText {

  private static final int WHY = 43;

  private PlanText() {}

  /// How much was checked and what was found, in one line.
  static String findings(Compilation compilation) {
    var summary = compilation.summary();
    return summary.files()
        + " files, "
        + summary.documents()
        + " documents, "
        + summary.policies()
        + " policies: "
        + count(compilation, Severity.ERROR)
        + " errors, "
        + count(compilation, Severity.WARNING)
        + " warnings";
  }

  private static long count(Compilation compilation, Severity severity) {
    return compilation.findings().stream()
        .filter(finding -> finding.severity() == severity && finding.suppressed() == null)
        .count();
  }

  /// One row per policy.
  static TextTable placements(Compilation compilation) {
    var table = new TextTable("policy", "layer", "proxies of", "why");
    for (Placement placement : compilation.placements()) {
      List<String> why = wrapped(why(placement));
      table.row(
          Cell.of(placement.policy().id().name()),
          new Cell(layer(placement), Tone.STRONG),
          Cell.of(proxies(placement)),
          Cell.of(why.getFirst()));
      why.stream()
          .skip(1)
          .forEach(line -> table.row(Cell.of(""), Cell.of(""), Cell.of(""), Cell.of(line)));
    }
    return table;
  }

  /// The text in lines of at most {@link #WHY} characters, broken at spaces; at least one.
  static List<String> wrapped(String text) {
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > WHY) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static String proxies(Placement placement) {
    return placement.points().stream()
        .map(point ->
            point
                .waypoint()
                .orElseGet(() ->
                    point.workloads().size() > 2
                        ? point.workloads().size() + " workloads"
                        : point.workloads().stream()
                            .map(name -> name.substring(name.lastIndexOf(' ') + 1))
                            .collect(Collectors.joining(", "))))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static String layer(Placement placement) {
    return placement.layer().word() + (placement.guard().isPresent() ? " + guard" : "");
  }

  /// The reason that forced the layer, or else the first.
  private static String why(Placement placement) {
    var texts = placement.reasons().stream().map(Placement.Reason::text).toList();
    return texts.stream()
        .filter(text -> text.startsWith("rule "))
        .findFirst()
        .orElseGet(() -> texts.isEmpty() ? "" : texts.getFirst());
  }
}
