package dev.sluice.engine.bundle;

import java.time.Instant;

/// The newest bundle ever accepted: nothing older is accepted again.
///
/// `latestIssuedAt` is the latest `issuedAt` ever accepted, hence a lower bound of the true time.
public record HighWaterMark(
    long epoch, long sequence, Digest manifestDigest, Instant latestIssuedAt) {

  /// The mark after `manifest` was accepted.
  static HighWaterMark after(HighWaterMark before, Manifest manifest, Digest digest) {
    Instant latest =
        before.latestIssuedAt.isAfter(manifest.issuedAt())
            ? before.latestIssuedAt
            : manifest.issuedAt();
    return new HighWaterMark(manifest.epoch(), manifest.sequence(), digest, latest);
  }

  /// The first mark.
  static HighWaterMark of(Manifest manifest, Digest digest) {
    return new HighWaterMark(manifest.epoch(), manifest.sequence(), digest, manifest.issuedAt());
  }

  /// Negative when `manifest` is newer than this mark, zero when equal, positive when it is older.
  int compareTo(Manifest manifest) {
    int byEpoch = Long.compare(epoch, manifest.epoch());
    return byEpoch != 0 ? byEpoch : Long.compare(sequence, manifest.sequence());
  }
}
