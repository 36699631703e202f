package dev.sluice.runtime.bundle;

import java.time.Instant;

/// What became of one attempt to load a bundle; `reason` and `message` are empty when nothing is to
/// be said, numbers are -1 and `digest` is empty when the manifest could not be trusted that far.
public record LoadAttempt(
    Instant at,
    Result result,
    String reason,
    String message,
    long epoch,
    long sequence,
    String digest) {

  /// The outcome, as in `sluice_bundle_loads_total{result}`.
  public enum Result {
    LOADED("loaded"),
    UNCHANGED("unchanged"),
    REJECTED("rejected");

    private final String text;

    Result(String text) {
      this.text = text;
    }

    /// Stable word.
    public String text() {
      return text;
    }
  }

  static LoadAttempt rejected(Instant at, String reason, String message) {
    return new LoadAttempt(at, Result.REJECTED, reason, message, -1, -1, "");
  }

  static LoadAttempt of(Instant at, Result result, BundleFacts facts) {
    return new LoadAttempt(at, result, "", "", facts.epoch(), facts.sequence(), facts.digest());
  }

  /// The same attempt with something gone wrong that does not undo it.
  LoadAttempt but(String newReason, String newMessage) {
    return new LoadAttempt(at, result, newReason, newMessage, epoch, sequence, digest);
  }
}
