package dev.sluice.runtime.identity;

import dev.sluice.engine.identity.SpiffeId;
import java.time.Instant;
import java.util.Optional;

/// How an enrolled identity is doing, for operators; holds no key.
///
/// @param certificate the newest one, expired or not
/// @param failures attempts that failed since the last that did not
/// @param lastError why the last of them failed, empty when it did not
/// @param nextAttempt when the next one is due; empty while one is under way
public record IdentityStatus(
    SpiffeId id,
    State state,
    Optional<WorkloadCertificate> certificate,
    int failures,
    String lastError,
    Optional<Instant> nextAttempt) {

  /// The words of upstream ztunnel's dump.
  public enum State {
    /// The first certificate is being obtained.
    INITIALIZING("Initializing"),
    /// There is a valid certificate.
    AVAILABLE("Available"),
    /// There is none, and getting one failed.
    UNAVAILABLE("Unavailable");

    private final String word;

    State(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }
}
