package dev.sluice.engine.bundle;

import static dev.sluice.engine.bundle.Expectation.CLOCK_SKEW;

import dev.sluice.engine.bundle.BundleVerifier.Validity;
import java.time.Instant;
import java.util.Optional;

/// Compares what a verified manifest claims with what is expected of it.
final class Claims {
  private Claims() {}

  /// The first claim that does not hold: audience, channel, epoch, sequence, validity, in this
  /// order.
  static Optional<Rejection> problem(
      SignedManifest signed, TrustRoot root, Expectation expectation, Validity validity) {
    Manifest manifest = signed.manifest();
    if (!manifest.audience().equals(expectation.audience())) {
      return refused(
          RejectionReason.WRONG_AUDIENCE,
          "it is for `" + manifest.audience() + "`, not `" + expectation.audience() + "`");
    }
    if (!manifest.channel().equals(expectation.channel())) {
      return refused(
          RejectionReason.WRONG_CHANNEL,
          "it is for `" + manifest.channel() + "`, not `" + expectation.channel() + "`");
    }
    return wrongRevision(signed, root, expectation, validity)
        .or(() ->
            validity == Validity.ENFORCED
                ? outsideValidity(manifest, expectation.time())
                : Optional.empty());
  }

  private static Optional<Rejection> wrongRevision(
      SignedManifest signed, TrustRoot root, Expectation expectation, Validity validity) {
    Manifest manifest = signed.manifest();
    // a root that raised the epoch does not take back what was accepted under the epoch before
    boolean granted =
        manifest.epoch() == root.epoch()
            || (validity == Validity.ALREADY_ACCEPTED && manifest.epoch() < root.epoch());
    if (!granted) {
      return refused(
          RejectionReason.WRONG_EPOCH,
          "it has epoch " + manifest.epoch() + ", the trust root grants " + root.epoch());
    }
    if (expectation.highWaterMark().isEmpty()) {
      return Optional.empty();
    }
    HighWaterMark mark = expectation.highWaterMark().get();
    int order = mark.compareTo(manifest);
    if (order > 0) {
      return refused(
          RejectionReason.ROLLBACK,
          "%d/%d is older than %d/%d, which was accepted before"
              .formatted(manifest.epoch(), manifest.sequence(), mark.epoch(), mark.sequence()));
    }
    return order == 0 && !mark.manifestDigest().equals(signed.digest())
        ? refused(
            RejectionReason.EQUIVOCATION,
            "%d/%d was accepted before as %s"
                .formatted(mark.epoch(), mark.sequence(), mark.manifestDigest()))
        : Optional.empty();
  }

  private static Optional<Rejection> outsideValidity(Manifest manifest, Instant time) {
    Instant latest = time.plus(CLOCK_SKEW);
    if (manifest.issuedAt().isAfter(latest) || manifest.notBefore().isAfter(latest)) {
      return refused(
          RejectionReason.NOT_YET_VALID,
          "issued at %s and valid from %s, now is %s"
              .formatted(manifest.issuedAt(), manifest.notBefore(), time));
    }
    return isExpired(manifest, time)
        ? refused(RejectionReason.EXPIRED, "expired at " + manifest.expires())
        : Optional.empty();
  }

  static boolean isExpired(Manifest manifest, Instant time) {
    return !time.minus(CLOCK_SKEW).isBefore(manifest.expires());
  }

  private static Optional<Rejection> refused(RejectionReason code, String detail) {
    return Optional.of(new Rejection(code, detail));
  }
}
