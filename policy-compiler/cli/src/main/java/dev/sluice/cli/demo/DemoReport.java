package dev.sluice.cli.demo;

import dev.sluice.cli.demo.TextTable.Cell;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Everything observed in a run, and how it is shown.
final class DemoReport {

  private final List<Observation> observations = new ArrayList<>();

  /// Adds what was seen.
  void add(Observation observation) {
    observations.add(observation);
  }

  /// Everything so far.
  List<Observation> observations() {
    return List.copyOf(observations);
  }

  /// Whether something was observed and all of it is as expected.
  boolean isAsExpected() {
    return !observations.isEmpty() && surprises() == 0;
  }

  private long surprises() {
    return observations.stream().filter(each -> !each.isAsExpected()).count();
  }

  /// The verdict on the whole run in one line.
  String summary() {
    return isAsExpected()
        ? "all " + observations.size() + " observations are as expected"
        : surprises() + " of " + observations.size() + " observations are not as expected";
  }

  /// The form for programs.
  Map<String, Object> json() {
    var json = new LinkedHashMap<String, Object>();
    json.put("asExpected", isAsExpected());
    json.put("observations", observations.stream().map(Observation::json).toList());
    return json;
  }

  /// Decisions: who → what → decision → where, by what, next to what was expected.
  static TextTable decisions(List<Observation.Decided> decided) {
    var table = new TextTable("", "who", "what", "decision", "expect", "at", "by policy #rule");
    for (var each : decided) {
      Decision decision = each.answer().decision();
      table.row(
          mark(each),
          Cell.of(each.probe().client() + " → " + each.probe().target()),
          Cell.of(each.probe().what()),
          new Cell(decision.word() + " " + each.answer().text(), tone(decision)),
          Cell.of(each.probe().expected().decision().word()),
          Cell.of(each.where()),
          Cell.of(each.by()));
    }
    return table;
  }

  /// Measurements next to what was expected.
  static TextTable measurements(List<Observation.Measured> measured) {
    var table = new TextTable("", "what", "seen", "expected");
    for (var each : measured) {
      table.row(mark(each), Cell.of(each.what()), Cell.of(each.seen()), Cell.of(each.expected()));
    }
    return table;
  }

  private static Cell mark(Observation observation) {
    return observation.isAsExpected() ? new Cell("✓", Tone.GOOD) : new Cell("✗", Tone.BAD);
  }

  private static Tone tone(Decision decision) {
    return switch (decision) {
      case ALLOW -> Tone.GOOD;
      case DENY, REJECT -> Tone.NOTE;
      case UNCLEAR -> Tone.BAD;
    };
  }
}
