package dev.sluice.compiler.syntax;

import dev.sluice.compiler.source.Span;
import java.util.List;
import java.util.Optional;

/// A PolicyTest as written: cases and what is expected of them.
public record PolicyTestSyntax(Metadata metadata, List<TestCase> cases) {

  public PolicyTestSyntax {
    cases = List.copyOf(cases);
  }

  /// One case; names are unique within a PolicyTest.
  public record TestCase(String name, Case asked, Expectation expected, Span span) {}

  /// What the author expects; `by` is a policy such as `AuthorizationPolicy shop/api-read`, `at` is
  /// `ztunnel` or `waypoint`.
  public record Expectation(Decision decision, Optional<String> by, Optional<String> at) {}
}
