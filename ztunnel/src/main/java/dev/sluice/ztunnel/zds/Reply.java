package dev.sluice.ztunnel.zds;

/// What the agent is told about one of its requests.
sealed interface Reply {

  /// It was fulfilled.
  record Done() implements Reply {}

  /// It was not, for this reason; the conversation goes on.
  record Failed(String reason) implements Reply {}

  /// It was against the protocol: nothing the agent says after it can be relied on.
  record Violation(String reason) implements Reply {}
}
