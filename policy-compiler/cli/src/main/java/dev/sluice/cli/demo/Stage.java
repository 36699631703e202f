package dev.sluice.cli.demo;

import java.util.List;

/// What the scenes share: the running mesh, the policies, the tokens, and where to tell and to
/// report.
record Stage(
    DemoMesh mesh, ShopPolicies policies, Tokens tokens, Console console, DemoReport report) {

  /// Reports decisions and shows them as a table, with the surprises below.
  void showDecisions(List<Observation.Decided> decided) {
    console.table(DemoReport.decisions(decided));
    report(decided);
  }

  /// Reports measurements and shows them as a table, with the surprises below.
  void showMeasurements(List<Observation.Measured> measured) {
    console.table(DemoReport.measurements(measured));
    report(measured);
  }

  private void report(List<? extends Observation> observations) {
    for (Observation each : observations) {
      report.add(each);
      each.surprises().forEach(text -> console.line("  " + console.paint(Tone.BAD, "✗ " + text)));
    }
  }
}
