package dev.sluice.compiler.trust;

import dev.sluice.engine.bundle.KeyAlgorithm;
import java.time.Duration;
import java.time.Instant;

/// How new keys are made: the algorithm of all of them, how many root and bundle keys and how many
/// of those must sign, and from when and for how long the trust root is valid.
public record KeySettings(
    KeyAlgorithm algorithm, Share root, Share bundle, Instant issuedAt, Duration validity) {

  /// As many keys as a role can have.
  public static final int MOST_KEYS = 16;

  /// How long a trust root is valid unless it is said otherwise.
  public static final Duration YEAR = Duration.ofDays(365);

  /// `threshold` of `keys` must sign: 1 <= threshold <= keys <= 16.
  public record Share(int threshold, int keys) {
    /// One key, which must sign.
    public static final Share SINGLE = new Share(1, 1);

    /// @throws IllegalArgumentException when the counts are out of range
    public Share {
      if (keys < 1 || keys > MOST_KEYS || threshold < 1 || threshold > keys) {
        throw new IllegalArgumentException(
            threshold + " of " + keys + " keys: need 1 <= threshold <= keys <= " + MOST_KEYS);
      }
    }
  }

  /// One Ed25519 key per role, a root for one year.
  public static KeySettings development(Instant issuedAt) {
    return development(KeyAlgorithm.ED25519, issuedAt);
  }

  /// One key of `algorithm` per role, a root for one year.
  public static KeySettings development(KeyAlgorithm algorithm, Instant issuedAt) {
    return new KeySettings(algorithm, Share.SINGLE, Share.SINGLE, issuedAt, YEAR);
  }
}
