package dev.sluice.compiler.walk;

import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.syntax.PolicyTestSyntax;
import dev.sluice.compiler.syntax.PolicyTestSyntax.Expectation;
import dev.sluice.compiler.syntax.PolicyTestSyntax.TestCase;
import dev.sluice.engine.policy.PolicyId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The cases of PolicyTests with their answers, in file order, and the rules they matched.
public record TestRun(List<Result> results, Coverage coverage) {

  public TestRun {
    results = List.copyOf(results);
  }

  /// What a case came to.
  public enum Status {
    PASS,
    FAIL,
    /// It has no answer.
    ERROR
  }

  /// One case, its answer, and what is wrong with it, one sentence each.
  public record Result(
      PolicyTestSyntax test,
      TestCase testCase,
      Status status,
      Optional<Journey> actual,
      List<String> problems) {
    public Result {
      problems = List.copyOf(problems);
    }
  }

  /// Runs all cases on a mesh that compiled.
  public static TestRun of(List<PolicyTestSyntax> tests, Walk walk, Coverage coverage) {
    var results = new ArrayList<Result>();
    for (PolicyTestSyntax test : tests) {
      for (TestCase testCase : test.cases()) {
        Outcome outcome = walk.answer(testCase.asked());
        coverage.add(outcome);
        results.add(result(test, testCase, outcome));
      }
    }
    return new TestRun(results, coverage);
  }

  /// The cases of a mesh that does not compile: none has an answer, for this reason.
  public static TestRun without(List<PolicyTestSyntax> tests, String reason, Coverage coverage) {
    return new TestRun(
        tests.stream()
            .flatMap(test ->
                test.cases().stream()
                    .map(testCase -> error(test, testCase, Optional.empty(), reason)))
            .toList(),
        coverage);
  }

  private static Result result(PolicyTestSyntax test, TestCase testCase, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Unanswerable(var _, var message, var help) ->
          error(test, testCase, Optional.empty(), message + "; " + help);
      case Outcome.Divided(var journeys) ->
          error(test, testCase, Optional.of(journeys.getFirst()), divided(journeys));
      case Outcome.Answered(var decision, var journeys) -> {
        List<String> problems = problems(testCase.expected(), decision, journeys);
        Journey shown =
            journeys.stream()
                .filter(one -> !problems(testCase.expected(), decision, List.of(one)).isEmpty())
                .findFirst()
                .orElse(journeys.getFirst());
        Status status = problems.isEmpty() ? Status.PASS : Status.FAIL;
        yield new Result(test, testCase, status, Optional.of(shown), problems);
      }
    };
  }

  private static Result error(
      PolicyTestSyntax test, TestCase testCase, Optional<Journey> actual, String problem) {
    return new Result(test, testCase, Status.ERROR, actual, List.of(problem));
  }

  private static String divided(List<Journey> journeys) {
    var parts = new ArrayList<String>();
    for (Journey journey : journeys) {
      parts.add(journey.decision().word() + " towards " + journey.end());
    }
    return "chance decides: " + String.join(", ", parts);
  }

  private static List<String> problems(
      Expectation expected, Decision decision, List<Journey> journeys) {
    var problems = new ArrayList<String>();
    if (decision != expected.decision()) {
      problems.add("expected `" + expected.decision().word() + "`, got `" + decision.word() + "`");
    }
    for (Journey journey : journeys) {
      Optional<Hop> decisive = journey.decisive();
      String by =
          decisive
              .map(hop -> hop.verdict().cause().policy())
              .map(PolicyId::toString)
              .orElse("no policy");
      String at = decisive.map(hop -> hop.proxy().layer()).orElse("no proxy");
      if (expected.by().isPresent() && !expected.by().get().equals(by)) {
        problems.add("expected it by `" + expected.by().get() + "`, got it by `" + by + "`");
      }
      if (expected.at().isPresent() && !expected.at().get().equals(at)) {
        problems.add("expected it at `" + expected.at().get() + "`, got it at `" + at + "`");
      }
    }
    return problems.stream().distinct().toList();
  }

  /// How many cases came to that.
  public long count(Status status) {
    return results.stream().filter(result -> result.status() == status).count();
  }
}
