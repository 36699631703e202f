package dev.sluice.engine.bundle;

import java.time.Instant;
import java.util.Optional;

/// The short-lived statement that a bundle is still the current one; it authorises nothing.
public record Freshness(
    String audience,
    String channel,
    long epoch,
    long sequence,
    Digest manifestDigest,
    Instant issuedAt,
    Instant expires) {

  /// The DSSE payload type of a freshness statement.
  public static final String PAYLOAD_TYPE = "application/vnd.sluice.freshness.v1+json";

  /// The value of `schema`.
  public static final String SCHEMA = "sluice.freshness.v1";

  /// The statement about one bundle, from `issuedAt` to `expires`.
  public static Freshness of(
      Manifest manifest, Digest manifestDigest, Instant issuedAt, Instant expires) {
    return new Freshness(
        manifest.audience(),
        manifest.channel(),
        manifest.epoch(),
        manifest.sequence(),
        manifestDigest,
        issuedAt,
        expires);
  }

  /// What came of checking a statement.
  sealed interface Check {
    /// The statement is good and speaks of the bundle.
    record Current(Freshness freshness) implements Check {}

    /// The statement refutes the bundle or is not to be trusted.
    record Refused(Rejection rejection) implements Check {}
  }

  /// Verifies a statement about the bundle `signed` at `time`.
  static Check check(Bytes envelope, SignedManifest signed, TrustRoot root, Instant time) {
    if (!(Envelope.parse(envelope.shared()) instanceof Envelope.Parsing.Parsed(var parsed))) {
      return refused(RejectionReason.BAD_FRESHNESS, "not an envelope");
    }
    if (!parsed.payloadType().equals(PAYLOAD_TYPE)) {
      return refused(RejectionReason.BAD_FRESHNESS, "not a freshness statement");
    }
    if (!root.roles().freshness().hasSigned(parsed)) {
      return refused(RejectionReason.BAD_FRESHNESS, "too few freshness keys signed it");
    }
    return parse(parsed.payload())
        .map(statement -> compare(statement, signed, time))
        .orElseGet(() -> refused(RejectionReason.BAD_FRESHNESS, "malformed statement"));
  }

  private static Check compare(Freshness statement, SignedManifest signed, Instant time) {
    Freshness expected =
        of(signed.manifest(), signed.digest(), statement.issuedAt, statement.expires);
    if (!statement.equals(expected)) {
      return refused(
          RejectionReason.FRESHNESS_MISMATCH,
          "the current bundle is %d/%d %s"
              .formatted(statement.epoch, statement.sequence, statement.manifestDigest));
    }
    if (statement.issuedAt.isAfter(time.plus(Expectation.CLOCK_SKEW))
        || !time.isBefore(statement.expires.plus(Expectation.CLOCK_SKEW))) {
      return refused(
          RejectionReason.FRESHNESS_EXPIRED,
          "valid from " + statement.issuedAt + " to " + statement.expires);
    }
    return new Check.Current(statement);
  }

  private static Optional<Freshness> parse(Bytes payload) {
    if (!(StrictJson.parse(payload.shared()) instanceof StrictJson.Parsing.Document(var root))) {
      return Optional.empty();
    }
    Fields fields = Fields.of(root);
    if (!fields.text("schema", 64).equals(SCHEMA)) {
      fields.report("schema", "must be `" + SCHEMA + "`");
    }
    var statement =
        new Freshness(
            fields.text("audience", 256),
            fields.text("channel", 256),
            fields.integer("epoch", 0, Limits.INTEGER),
            fields.integer("sequence", 0, Limits.INTEGER),
            fields.hexDigest("manifestSha256"),
            fields.instant("issuedAt"),
            fields.instant("expires"));
    return fields.problem().isPresent() ? Optional.empty() : Optional.of(statement);
  }

  /// The JSON payload.
  public byte[] toJson() {
    return StrictJson.write(
        StrictJson.object()
            .put("schema", SCHEMA)
            .put("audience", audience)
            .put("channel", channel)
            .put("epoch", epoch)
            .put("sequence", sequence)
            .put("manifestSha256", manifestDigest.hex())
            .put("issuedAt", issuedAt.toString())
            .put("expires", expires.toString()));
  }

  private static Check refused(RejectionReason code, String detail) {
    return new Check.Refused(new Rejection(code, detail));
  }
}
