package dev.sluice.cli.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Something that was seen happening, next to what should have happened.
sealed interface Observation {

  /// The part of the demo.
  String step();

  /// What differs from what was expected; empty when nothing does.
  List<String> surprises();

  /// The form for programs.
  Map<String, Object> json();

  /// Whether all is as expected.
  default boolean isAsExpected() {
    return surprises().isEmpty();
  }

  /// An attempt and its decision, as the client saw it and as a proxy logged it.
  record Decided(
      String step, Probe probe, Answer answer, Optional<AccessLine> line, List<String> surprises)
      implements Observation {

    public Decided {
      surprises = List.copyOf(surprises);
    }

    /// Compares what was seen with what the probe expects.
    static Decided of(String step, Probe probe, Answer answer, Optional<AccessLine> line) {
      var surprises = new ArrayList<String>();
      var expected = probe.expected();
      if (answer.decision() != expected.decision()) {
        surprises.add(
            "expected " + expected.decision().word() + ", the client saw " + detail(answer));
      }
      if (line.isEmpty()) {
        surprises.add("the log of the " + expected.where().title() + " does not mention it");
      }
      line.filter(found -> !expected.isDecidedAsExpected(found))
          .ifPresent(found ->
              surprises.add(
                  "expected `" + expected.by() + "` to decide, not `" + found.decidedBy() + "`"));
      return new Decided(step, probe, answer, line, surprises);
    }

    private static String detail(Answer answer) {
      return switch (answer) {
        case Answer.Replied(var reply) ->
            reply.status() + " `" + TextTable.cut(reply.body().strip(), 120) + "`";
        case Answer.Cut(var how) -> "its connection end: " + how;
        case Answer.Silence() -> "no answer in time";
      };
    }

    /// Where the deciding line was found; `–` when there is none.
    String where() {
      return line.isPresent() ? probe.expected().where().title() : "–";
    }

    /// The deciding rule or reason; `–` when no line was found.
    String by() {
      return line.map(AccessLine::decidedBy).filter(by -> !by.isEmpty()).orElse("–");
    }

    @Override
    public Map<String, Object> json() {
      var json = new LinkedHashMap<String, Object>();
      json.put("step", step);
      json.put("from", probe.client());
      json.put("to", probe.target());
      json.put("request", probe.what());
      json.put("expected", probe.expected().decision().word());
      json.put("decision", answer.decision().word());
      json.put("answer", answer.text());
      json.put("at", where());
      json.put("by", by());
      json.put("asExpected", isAsExpected());
      json.put("surprises", surprises);
      line.ifPresent(found -> json.put("log", found.fields()));
      return json;
    }
  }

  /// A number, a time or a state that was looked at.
  record Measured(String step, String what, String expected, String seen, List<String> surprises)
      implements Observation {

    public Measured {
      surprises = List.copyOf(surprises);
    }

    /// Something that is as expected.
    static Measured good(String step, String what, String expected, String seen) {
      return new Measured(step, what, expected, seen, List.of());
    }

    /// Something that is not.
    static Measured bad(String step, String what, String expected, String seen) {
      return new Measured(
          step, what, expected, seen, List.of("expected " + expected + ", saw " + seen));
    }

    @Override
    public Map<String, Object> json() {
      var json = new LinkedHashMap<String, Object>();
      json.put("step", step);
      json.put("what", what);
      json.put("expected", expected);
      json.put("seen", seen);
      json.put("asExpected", isAsExpected());
      json.put("surprises", surprises);
      return json;
    }
  }
}
