package dev.sluice.engine.policy;

import java.util.List;

/// A compiled AuthorizationPolicy: it matches when any of its rules does.
///
/// An ALLOW policy without rules matches nothing and still makes its destinations deny by default.
public record AuthorizationPolicy(PolicyId id, Scope scope, Action action, List<Rule> rules) {

  public AuthorizationPolicy {
    rules = List.copyOf(rules);
  }

  /// What a match means.
  public enum Action {
    ALLOW,
    DENY
  }

  /// One rule: its zero-based index in the file and what it asks.
  public record Rule(int index, Condition condition) {}
}
