package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.format.Annotation;
import dev.sluice.cli.format.Comment;
import dev.sluice.cli.format.TestCase;
import dev.sluice.cli.format.TestCase.Outcome;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.syntax.PolicyTestSyntax.Expectation;
import dev.sluice.compiler.walk.Coverage;
import dev.sluice.compiler.walk.TestRun;
import dev.sluice.compiler.walk.TestRun.Result;
import dev.sluice.compiler.walk.TestRun.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What `sluice test` prints: every case, what became of it, and which rules no case matched.
public record TestReport(Findings findings, TestRun run)
    implements Report.Tested, Report.Annotated, Report.Commented {

  @Override
  public void writeTo(Page page) {
    findings.writeTo(page, errors());
    String file = "";
    for (Result result : run.results()) {
      String here = result.test().metadata().span().file();
      if (!here.equals(file)) {
        page.add(Ink.HEADING, here).line();
        file = here;
      }
      write(page, result);
    }
    if (!run.results().isEmpty()) {
      page.line();
    }
    writeCoverage(page);
    writeSummary(page);
  }

  private static void write(Page page, Result result) {
    Ink ink =
        switch (result.status()) {
          case PASS -> Ink.GOOD;
          case FAIL -> Ink.BAD;
          case ERROR -> Ink.CAREFUL;
        };
    page.add("  ").add(ink, Page.pad(word(result.status()), 6)).add(result.testCase().name());
    if (result.status() == Status.PASS) {
      page.line();
      return;
    }
    page.line("  (" + result.testCase().span() + ")");
    result.problems().forEach(problem -> page.line("        " + problem));
    result
        .actual()
        .ifPresent(journey ->
            page.line("        " + journey.decision().word() + ": " + CauseText.of(journey)));
  }

  private void writeCoverage(Page page) {
    Coverage coverage = run.coverage();
    int rules = coverage.rules().size();
    List<Coverage.Rule> missed = coverage.missed();
    if (rules == 0) {
      return;
    }
    page.add("coverage: ")
        .add(
            missed.isEmpty() ? Ink.GOOD : Ink.CAREFUL,
            (rules - missed.size()) + " of " + Page.count(rules, "rule"))
        .line(String.format(Locale.ROOT, " (%.0f%%)", Math.floor(coverage.percent())));
    for (Coverage.Rule rule : missed) {
      page.add(Ink.CAREFUL, "  missed ")
          .line(
              rule.policy()
                  + ", rule "
                  + (rule.index() + 1)
                  + " ("
                  + rule.span().file()
                  + ":"
                  + rule.span().line()
                  + ")");
    }
  }

  private void writeSummary(Page page) {
    boolean clean = run.results().stream().allMatch(result -> result.status() == Status.PASS);
    page.add(
            clean ? Ink.GOOD : Ink.BAD,
            run.count(Status.PASS) + " passed, " + run.count(Status.FAIL) + " failed")
        .line(", " + Page.count(run.count(Status.ERROR), "error"));
  }

  private static String word(Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }

  private List<Diagnostic> errors() {
    return findings.all().stream()
        .filter(f -> f.severity() == Severity.ERROR && f.suppressed() == null)
        .toList();
  }

  @Override
  public String suite() {
    return "sluice test";
  }

  @Override
  public List<TestCase> cases() {
    if (run.results().isEmpty()) {
      return List.of(
          new TestCase("result", "sluice", new Outcome.Broken("no case was run"), List.of()));
    }
    return run.results().stream().map(TestReport::reported).toList();
  }

  @Override
  public List<Annotation> annotations() {
    List<Annotation> annotations = new ArrayList<>(FindingLines.annotations(errors()));
    failed()
        .forEach(result ->
            annotations.add(
                new Annotation(
                    Severity.ERROR,
                    Optional.of(result.testCase().span()),
                    "policy test: " + result.testCase().name(),
                    lines(result))));
    return annotations;
  }

  @Override
  public String mark() {
    return "sluice test";
  }

  @Override
  public void writeTo(Comment comment) {
    comment.heading(
        "Sluice test: "
            + run.count(Status.PASS)
            + " passed, "
            + run.count(Status.FAIL)
            + " failed, "
            + Page.count(run.count(Status.ERROR), "error"));
    int rules = run.coverage().rules().size();
    int missed = run.coverage().missed().size();
    comment.paragraph((rules - missed) + " of " + Page.count(rules, "rule") + " covered");
    FindingLines.comment(comment, findings, errors());
    failed()
        .forEach(result ->
            comment.details(
                word(result.status())
                    + ": "
                    + result.testCase().name()
                    + " (`"
                    + result.testCase().span()
                    + "`)",
                List.of(),
                lines(result)));
  }

  private List<Result> failed() {
    return run.results().stream().filter(result -> result.status() != Status.PASS).toList();
  }

  private static List<String> lines(Result result) {
    List<String> lines = new ArrayList<>(result.problems());
    result
        .actual()
        .ifPresent(journey -> lines.add(journey.decision().word() + ": " + CauseText.of(journey)));
    return lines;
  }

  private static TestCase reported(Result result) {
    List<String> lines = lines(result);
    String first = result.problems().isEmpty() ? "" : result.problems().getFirst();
    Outcome outcome =
        switch (result.status()) {
          case PASS -> new Outcome.Passed();
          case FAIL -> new Outcome.Failed("expectation", first, lines);
          case ERROR -> new Outcome.Broken(first);
        };
    return new TestCase(
        result.testCase().name(), result.test().metadata().span().file(), outcome, List.of());
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    var cases = json.putArray("cases");
    run.results().forEach(result -> cases.add(toJson(result)));
    ObjectNode coverage = json.putObject("coverage");
    List<Coverage.Rule> missed = run.coverage().missed();
    coverage.put("rules", run.coverage().rules().size());
    coverage.put("exercised", run.coverage().rules().size() - missed.size());
    var list = coverage.putArray("missed");
    for (Coverage.Rule rule : missed) {
      list.addObject()
          .put("policy", rule.policy().toString())
          .put("rule", rule.index())
          .put("file", rule.span().file())
          .put("line", rule.span().line());
    }
    json.set("findings", findings.toJson(errors()));
    json.putObject("summary")
        .put("passed", run.count(Status.PASS))
        .put("failed", run.count(Status.FAIL))
        .put("errors", run.count(Status.ERROR));
    return json;
  }

  private static ObjectNode toJson(Result result) {
    var test = result.test().metadata();
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("file", test.span().file())
            .put("line", result.testCase().span().line())
            .put("test", test.namespace() + "/" + test.name())
            .put("name", result.testCase().name())
            .put("status", word(result.status()));
    Expectation expected = result.testCase().expected();
    json.putObject("expected")
        .put("decision", expected.decision().word())
        .put("by", expected.by().orElse(null))
        .put("at", expected.at().orElse(null));
    json.set(
        "actual",
        result
            .actual()
            .<com.fasterxml.jackson.databind.JsonNode>map(AnswerJson::of)
            .orElseGet(JsonNodeFactory.instance::nullNode));
    var problems = json.putArray("problems");
    result.problems().forEach(problems::add);
    return json;
  }
}
