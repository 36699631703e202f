package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.traffic.Recorded;
import dev.sluice.compiler.traffic.Replay;
import dev.sluice.compiler.traffic.Replay.Changed;
import dev.sluice.compiler.traffic.Replay.Open;
import dev.sluice.compiler.traffic.Replay.Tally;
import dev.sluice.compiler.traffic.Unusable;
import java.util.List;
import java.util.TreeMap;

/// What `sluice replay` prints: recorded requests that would be decided differently, those whose
/// decision is open, and the lines that are no evidence.
public record ReplayReport(List<String> logs, Replay.Summary summary) implements Report {

  public ReplayReport {
    logs = List.copyOf(logs);
  }

  @Override
  public void writeTo(Page page) {
    for (Tally<Changed> tally : summary.changed()) {
      write(page, tally);
    }
    for (Tally<Open> tally : summary.open()) {
      page.add(Ink.CAREFUL, "open ").line(line(tally.row().recorded(), tally));
      page.line("       " + tally.row().why());
    }
    if (!summary.changed().isEmpty() || !summary.open().isEmpty()) {
      page.line();
    }
    writeLeft(page);
    page.add(
            summary.changed().isEmpty() ? Ink.GOOD : Ink.BAD,
            count(Decision.DENY) + " newly refused, " + count(Decision.ALLOW) + " newly allowed")
        .line(
            ", "
                + summary.unchanged()
                + " unchanged, "
                + summary.open().stream().mapToLong(Tally::count).sum()
                + " open, of "
                + Page.count(summary.used(), "recorded request"));
    if (summary.beyond() > 0) {
      page.line("and " + summary.beyond() + " more that changed or are open");
    }
  }

  private static void write(Page page, Tally<Changed> tally) {
    Changed changed = tally.row();
    Decision was = changed.recorded().was().decision();
    page.add(changed.now() == Decision.ALLOW ? Ink.CAREFUL : Ink.BAD, kind(was, changed.now()))
        .line(" " + line(changed.recorded(), tally));
    page.line("       was:  " + was.word() + by(changed.recorded().was()));
    page.line("       now:  " + changed.now().word() + ": " + CauseText.of(changed.journey()));
  }

  private static String line(Recorded recorded, Tally<?> tally) {
    return CaseText.of(recorded.asked())
        + "  ("
        + tally.count()
        + "×, first in line "
        + tally.firstLine()
        + ")";
  }

  private static String by(Recorded.Was was) {
    String rule = was.rule() < 0 ? "" : ", rule " + (was.rule() + 1);
    return was.policy().isEmpty()
        ? was.reason().isEmpty() ? "" : ": " + was.reason()
        : ": " + was.policy() + rule;
  }

  private void writeLeft(Page page) {
    if (summary.left().isEmpty()) {
      return;
    }
    page.line("lines that are no evidence:");
    new TreeMap<>(summary.left())
        .forEach(
            (reason, count) -> page.line("  " + Page.pad(count.toString(), 8) + reason.words()));
    summary
        .unknown()
        .forEach((name, count) -> page.line("            " + name + " (" + count + ")"));
  }

  /// How many requests would end so and did not.
  private long count(Decision now) {
    return summary.changed().stream()
        .filter(tally -> (tally.row().now() == Decision.ALLOW) == (now == Decision.ALLOW))
        .mapToLong(Tally::count)
        .sum();
  }

  private static String kind(Decision was, Decision now) {
    if (now == Decision.ALLOW) {
      return "newly allowed";
    }
    return was == Decision.ALLOW ? "newly refused" : "refused differently";
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    var names = json.putArray("logs");
    logs.forEach(names::add);
    var changes = json.putArray("changes");
    for (Tally<Changed> tally : summary.changed()) {
      Changed changed = tally.row();
      ObjectNode row = changes.addObject();
      row.put("class", kind(changed.recorded().was().decision(), changed.now()).replace(' ', '_'));
      recorded(row, changed.recorded(), tally);
      row.set("after", AnswerJson.of(changed.journey()));
    }
    var open = json.putArray("open");
    for (Tally<Open> tally : summary.open()) {
      recorded(open.addObject().put("why", tally.row().why()), tally.row().recorded(), tally);
    }
    var left = json.putArray("left");
    for (var entry : new TreeMap<>(summary.left()).entrySet()) {
      Unusable reason = entry.getKey();
      left.addObject()
          .put("reason", reason.code())
          .put("text", reason.words())
          .put("count", entry.getValue());
    }
    ObjectNode unknown = json.putObject("unknownNames");
    new TreeMap<>(summary.unknown()).forEach(unknown::put);
    json.putObject("summary")
        .put("lines", summary.lines())
        .put("used", summary.used())
        .put("unchanged", summary.unchanged())
        .put("newlyRefused", count(Decision.DENY))
        .put("newlyAllowed", count(Decision.ALLOW))
        .put("open", summary.open().stream().mapToLong(Tally::count).sum())
        .put("beyond", summary.beyond());
    return json;
  }

  private static void recorded(ObjectNode row, Recorded recorded, Tally<?> tally) {
    row.set("case", CaseJson.of(recorded.asked()));
    Recorded.Was was = recorded.was();
    ObjectNode before = row.putObject("before").put("decision", was.decision().word());
    before.put("by", was.policy().isEmpty() ? null : was.policy());
    before.put("rule", was.rule() < 0 ? null : was.rule());
    before.put("reason", was.reason().isEmpty() ? null : was.reason());
    row.put("count", tally.count()).put("firstLine", tally.firstLine());
  }
}
