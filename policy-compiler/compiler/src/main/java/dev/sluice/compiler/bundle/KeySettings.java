package dev.sluice.compiler.bundle;

import dev.sluice.engine.bundle.KeyAlgorithm;
import java.time.Duration;
import java.time.Instant;

/// How new keys are made: the algorithm of all of them, how many bundle keys (1 to 16) and how many
/// of those must sign, and for how long the trust root is valid.
public record KeySettings(
    KeyAlgorithm algorithm,
    int bundleKeys,
    int bundleThreshold,
    Instant issuedAt,
    Duration validity) {

  /// @throws IllegalArgumentException when the counts are out of range
  public KeySettings {
    if (bundleKeys < 1 || bundleKeys > 16 || bundleThreshold < 1 || bundleThreshold > bundleKeys) {
      throw new IllegalArgumentException(
          bundleThreshold
              + " of "
              + bundleKeys
              + " bundle keys: need 1 <= threshold <= keys <= 16");
    }
  }

  /// One Ed25519 key per role, a root for one year.
  public static KeySettings development(Instant issuedAt) {
    return development(KeyAlgorithm.ED25519, issuedAt);
  }

  /// One key of `algorithm` per role, a root for one year.
  public static KeySettings development(KeyAlgorithm algorithm, Instant issuedAt) {
    return new KeySettings(algorithm, 1, 1, issuedAt, Duration.ofDays(365));
  }
}
