package dev.sluice.engine.bundle;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// Opens bundle directories: each check in a fixed order, the first that fails names the reason.
///
/// Envelope within its cap, strict envelope, payload type, signature threshold, manifest, audience
/// and channel, epoch and sequence, validity, freshness, contents, consistency, self-test. Nothing
/// is parsed before the check that vouches for it.
public final class BundleVerifier {
  private BundleVerifier() {}

  /// What came of opening a bundle.
  public sealed interface Opened {
    /// Every check passed.
    record Verified(VerifiedBundle bundle) implements Opened {}

    /// A check failed.
    record Refused(Rejection rejection) implements Opened {}
  }

  /// Whether a bundle past its validity is refused.
  enum Validity {
    /// It is a new one: it must be valid now.
    ENFORCED,
    /// It was accepted before: it may have expired since.
    ALREADY_ACCEPTED
  }

  /// What came of verifying the envelope alone.
  sealed interface Signed {
    /// A threshold of the bundle role signed a manifest that may be read.
    record Authentic(SignedManifest manifest) implements Signed {}

    /// It did not.
    record Refused(Rejection rejection) implements Signed {}
  }

  /// Opens the bundle in `directory`, an OCI image layout, possibly reached by a link.
  ///
  /// A bundle that equals the high-water mark is verified like any other; the caller sees by the
  /// digest that nothing changed.
  public static Opened open(Path directory, TrustRoot root, Expectation expectation) {
    if (root.isExpiredAt(expectation.time())) {
      return refused(RejectionReason.ROOT_EXPIRED, "the trust root expired at " + root.expires());
    }
    return open(directory, root, expectation, Validity.ENFORCED);
  }

  /// Opens a bundle that was accepted before, whatever its validity and that of the roots.
  ///
  /// A key that a later root no longer names still vouches for it, and one of a former epoch is
  /// opened too; what only keys vouch for that the root in force calls compromised is refused.
  public static Opened openAccepted(Path directory, RootChain roots, Expectation expectation) {
    Optional<Opened> unsigned = Optional.empty();
    for (TrustRoot root : roots.newestFirst()) {
      Opened opened = open(directory, root, expectation, Validity.ALREADY_ACCEPTED);
      if (opened instanceof Opened.Verified(var bundle)) {
        return roots.condemns(bundle) ? new Opened.Refused(RootChain.condemned()) : opened;
      }
      if (!(opened instanceof Opened.Refused(var rejection)
          && rejection.code() == RejectionReason.BAD_SIGNATURE)) {
        return opened;
      }
      unsigned = unsigned.isPresent() ? unsigned : Optional.of(opened);
    }
    return unsigned.orElseThrow();
  }

  static Opened open(Path directory, TrustRoot root, Expectation expectation, Validity validity) {
    return switch (OciLayout.locate(directory)) {
      case OciLayout.Located.Refused(var rejection) -> new Opened.Refused(rejection);
      case OciLayout.Located.Found(var layout) ->
          switch (authenticate(layout, root)) {
            case Signed.Refused(var rejection) -> new Opened.Refused(rejection);
            case Signed.Authentic(var signed) ->
                Claims.problem(signed, root, expectation, validity)
                    .<Opened>map(Opened.Refused::new)
                    .orElseGet(() -> freshness(layout, signed, root, expectation.time()));
          };
    };
  }

  static Signed authenticate(OciLayout layout, TrustRoot root) {
    return switch (layout.manifestEnvelope()) {
      case OciLayout.Part.Refused(var rejection) -> new Signed.Refused(rejection);
      case OciLayout.Part.Present(var bytes) ->
          switch (Envelope.parse(bytes.shared())) {
            case Envelope.Parsing.Malformed(var reason) ->
                unsigned(RejectionReason.MALFORMED_ENVELOPE, reason);
            case Envelope.Parsing.Parsed(var envelope) -> authenticate(envelope, bytes, root);
          };
    };
  }

  private static Signed authenticate(Envelope envelope, Bytes bytes, TrustRoot root) {
    if (!envelope.payloadType().equals(Manifest.PAYLOAD_TYPE)) {
      return unsigned(RejectionReason.WRONG_PAYLOAD_TYPE, "not a bundle manifest");
    }
    if (!root.roles().bundle().hasSigned(envelope)) {
      return unsigned(
          RejectionReason.BAD_SIGNATURE,
          "fewer than " + root.roles().bundle().threshold() + " trusted bundle keys signed it");
    }
    return switch (Manifest.parse(envelope.payload().shared())) {
      case ManifestJson.Parsing.Refused(var rejection) -> new Signed.Refused(rejection);
      case ManifestJson.Parsing.Parsed(var manifest) ->
          new Signed.Authentic(new SignedManifest(manifest, envelope.payload().digest(), bytes));
    };
  }

  private static Opened freshness(
      OciLayout layout, SignedManifest signed, TrustRoot root, Instant time) {
    Optional<OciLayout.Part> part = layout.freshnessEnvelope();
    if (part.isEmpty()) {
      return contents(layout, signed, Optional.empty());
    }
    return switch (part.get()) {
      case OciLayout.Part.Refused(var rejection) -> new Opened.Refused(rejection);
      case OciLayout.Part.Present(var bytes) ->
          switch (Freshness.check(bytes, signed, root, time)) {
            case Freshness.Check.Refused(var rejection) -> new Opened.Refused(rejection);
            case Freshness.Check.Current(var statement) ->
                contents(layout, signed, Optional.of(statement));
          };
    };
  }

  private static Opened contents(
      OciLayout layout, SignedManifest signed, Optional<Freshness> freshness) {
    return switch (ContentReader.read(layout, signed.manifest())) {
      case ContentReader.Reading.Refused(var rejection) -> new Opened.Refused(rejection);
      case ContentReader.Reading.Complete(var shards, var blobs) ->
          new Opened.Verified(new VerifiedBundle(signed, shards, blobs, freshness));
    };
  }

  private static Signed unsigned(RejectionReason code, String detail) {
    return new Signed.Refused(new Rejection(code, detail));
  }

  private static Opened refused(RejectionReason code, String detail) {
    return new Opened.Refused(new Rejection(code, detail));
  }
}
