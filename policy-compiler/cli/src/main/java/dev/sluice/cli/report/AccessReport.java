package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.format.Graph;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.compiler.compare.Access;
import dev.sluice.compiler.compare.Access.Cell;
import dev.sluice.compiler.compare.Access.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `sluice access` prints: who may call what.
public record AccessReport(Access access) implements Report.Tabular, Report.Drawn {
  private static final List<String> COLUMNS = List.of("from", "to", "verdict", "operations");

  @Override
  public void writeTo(Page page) {
    List<String> ways = List.copyOf(access.ways());
    List<String> callers = List.copyOf(access.callers());
    for (int i = 0; i < ways.size(); i++) {
      page.line(Page.pad(String.valueOf(i + 1), 4) + ways.get(i));
    }
    page.line();
    matrix(page, callers, ways);
    conditions(page, ways);
    if (!access.undecided().isEmpty()) {
      page.add(Ink.CAREFUL, "undecided").line(": nothing is known about these");
      access
          .undecided()
          .forEach(undecided -> page.line("  " + undecided.to() + ": " + undecided.reason()));
    }
  }

  private void matrix(Page page, List<String> callers, List<String> ways) {
    int width = callers.stream().mapToInt(String::length).max().orElse(0) + 2;
    page.add(Page.pad("", width));
    for (int i = 0; i < ways.size(); i++) {
      page.add(Page.pad(String.valueOf(i + 1), 6));
    }
    page.line();
    Map<List<String>, Verdict> verdicts = new HashMap<>();
    access
        .cells()
        .forEach(cell ->
            verdicts.merge(List.of(cell.from(), cell.to()), cell.verdict(), AccessReport::both));
    for (String caller : callers) {
      page.add(Page.pad(caller, width));
      for (String way : ways) {
        Verdict verdict = verdicts.get(List.of(caller, way));
        page.add(ink(verdict), Page.pad(word(verdict), 6));
      }
      page.line();
    }
    page.line();
  }

  /// Two answers for one way are never both everything or nothing.
  private static Verdict both(Verdict one, Verdict other) {
    return one == other ? one : Verdict.CONDITIONAL;
  }

  private static Ink ink(@Nullable Verdict verdict) {
    return switch (verdict) {
      case null -> Ink.HEADING;
      case ALLOW -> Ink.GOOD;
      case DENY -> Ink.HEADING;
      case CONDITIONAL -> Ink.CAREFUL;
    };
  }

  private static String word(@Nullable Verdict verdict) {
    return switch (verdict) {
      case null -> "?";
      case ALLOW -> "all";
      case DENY -> "-";
      case CONDITIONAL -> "some";
    };
  }

  /// Callers that may do the same on one way stand together.
  private void conditions(Page page, List<String> ways) {
    Map<List<Object>, List<String>> callers = new LinkedHashMap<>();
    for (Cell cell : access.cells()) {
      if (cell.verdict() == Verdict.CONDITIONAL) {
        callers
            .computeIfAbsent(List.of(cell.to(), cell.operations()), _ -> new ArrayList<>())
            .add(cell.from());
      }
    }
    String way = "";
    for (Cell cell : access.cells()) {
      List<String> from = callers.remove(List.of(cell.to(), cell.operations()));
      if (from != null) {
        if (!cell.to().equals(way)) {
          way = cell.to();
          page.add(Ink.HEADING, Page.pad(String.valueOf(ways.indexOf(way) + 1), 4)).line(way);
        }
        page.line("    " + Page.abbreviated(from));
        cell.operations().forEach(operation -> page.line("      " + operation));
      }
    }
    page.line();
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    var cells = json.putArray("access");
    for (Cell cell : access.cells()) {
      ObjectNode entry =
          cells
              .addObject()
              .put("from", cell.from())
              .put("to", cell.to())
              .put("verdict", cell.verdict().word());
      var operations = entry.putArray("operations");
      cell.operations().forEach(operations::add);
    }
    var undecided = json.putArray("undecided");
    access
        .undecided()
        .forEach(one -> undecided.addObject().put("to", one.to()).put("reason", one.reason()));
    return json;
  }

  @Override
  public List<List<String>> rows() {
    var rows = new ArrayList<List<String>>();
    rows.add(COLUMNS);
    for (Cell cell : access.cells()) {
      rows.add(
          List.of(
              cell.from(), cell.to(), cell.verdict().word(), String.join("; ", cell.operations())));
    }
    return rows;
  }

  @Override
  public Graph graph() {
    var edges = new ArrayList<Graph.Edge>();
    for (Cell cell : access.cells()) {
      switch (cell.verdict()) {
        case ALLOW ->
            edges.add(new Graph.Edge(cell.from(), cell.to(), List.of(), Graph.Style.SOLID));
        case CONDITIONAL ->
            edges.add(
                new Graph.Edge(cell.from(), cell.to(), cell.operations(), Graph.Style.DASHED));
        case DENY -> {}
      }
    }
    return new Graph("access", List.copyOf(access.callers()), List.copyOf(access.ways()), edges);
  }
}
