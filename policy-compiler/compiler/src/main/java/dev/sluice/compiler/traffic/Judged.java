package dev.sluice.compiler.traffic;

import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.walk.Journey;

/// What policies would decide about a recorded request.
sealed interface Judged {

  /// This, whatever the log does not tell.
  record Decided(Decision decision, Journey journey) implements Judged {}

  /// It depends on what the log does not tell.
  record Open(String why) implements Judged {}

  /// It depends on an address, which was left out.
  record NeedsAddress() implements Judged {}

  /// It names something that is not in the tree.
  record Unknown(String message) implements Judged {}
}
