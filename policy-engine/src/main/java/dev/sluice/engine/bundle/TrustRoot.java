package dev.sluice.engine.bundle;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Who is trusted for what: the keys of the roles `root`, `bundle` and `freshness`, signed by the
/// root role itself.
///
/// An operator pins the first root by giving it to the proxy; each later one is accepted by {@link
/// #succeededBy}. No key may serve two roles. `version` and `epoch` are 0 to 2^53-1.
public final class TrustRoot {
  /// The DSSE payload type of a trust root.
  public static final String PAYLOAD_TYPE = "application/vnd.sluice.root.v1+json";

  /// The value of `schema`.
  public static final String SCHEMA = "sluice.root.v1";

  private final Statement statement;
  private final Bytes envelope;

  private TrustRoot(Statement statement, Bytes envelope) {
    this.statement = statement;
    this.envelope = envelope;
  }

  /// What the root role signs.
  ///
  /// @param compromised ids of keys that a thief may have: what only they vouch for is dropped at
  ///   once, even where it was accepted before
  public record Statement(
      long version,
      long epoch,
      Instant issuedAt,
      Instant expires,
      Roles roles,
      Set<String> compromised) {

    public Statement {
      compromised = Set.copyOf(compromised);
    }

    /// A statement that calls no key compromised.
    public Statement(long version, long epoch, Instant issuedAt, Instant expires, Roles roles) {
      this(version, epoch, issuedAt, expires, roles, Set.of());
    }

    /// The JSON payload.
    public byte[] toJson() {
      return RootJson.write(this);
    }
  }

  /// The three roles.
  public record Roles(Role root, Role bundle, Role freshness) {
    /// All roles.
    List<Role> all() {
      return List.of(root, bundle, freshness);
    }
  }

  /// Keys of which at least `threshold` must sign; 1 to 16 keys.
  public record Role(Set<VerificationKey> keys, int threshold) {
    public Role {
      keys = Collections.unmodifiableSet(new LinkedHashSet<>(keys));
    }

    /// Whether enough distinct keys of this role signed the envelope.
    public boolean hasSigned(Envelope envelope) {
      return envelope.signers(keys).size() >= threshold;
    }
  }

  /// What came of opening a root.
  public sealed interface Opened {
    /// The root may be used.
    record Trusted(TrustRoot root) implements Opened {}

    /// The root may not be used.
    record Refused(Rejection rejection) implements Opened {}
  }

  /// Opens a pinned `root.json`: verifies its own signature threshold, its key ids and its validity
  /// at `now`.
  public static Opened open(byte[] envelope, Instant now) {
    return switch (openIgnoringTime(envelope)) {
      case Opened.Refused refused -> refused;
      case Opened.Trusted(var root) -> root.validAt(now);
    };
  }

  /// Opens a pinned `root.json` whatever its validity, to serve the last good bundle with it: new
  /// bundles are refused under an expired root all the same.
  public static Opened openIgnoringTime(byte[] envelope) {
    return switch (RootJson.read(envelope)) {
      case RootJson.Reading.Refused(var rejection) -> new Opened.Refused(rejection);
      case RootJson.Reading.Read(var statement, var signed) ->
          statement.roles().root().hasSigned(signed)
              ? new Opened.Trusted(new TrustRoot(statement, Bytes.of(envelope)))
              : refused(
                  RejectionReason.BAD_SIGNATURE,
                  "fewer than " + statement.roles().root().threshold() + " root keys signed it");
    };
  }

  /// Opens the next root: version exactly one higher, signed by the threshold of this root's and of
  /// its own root keys, valid at `now`. Source: TUF specification §5.3.
  public Opened succeededBy(byte[] envelope, Instant now) {
    return switch (succeededByIgnoringTime(envelope)) {
      case Opened.Refused refused -> refused;
      case Opened.Trusted(var next) -> next.validAt(now);
    };
  }

  /// The same for a root that may itself have been followed by another since.
  Opened succeededByIgnoringTime(byte[] envelope) {
    if (!(RootJson.read(envelope) instanceof RootJson.Reading.Read(var next, var signed))) {
      return openIgnoringTime(envelope);
    }
    if (!statement.roles().root().hasSigned(signed)) {
      return refused(
          RejectionReason.BAD_SIGNATURE, "too few keys of the present root signed the next");
    }
    if (next.version() != version() + 1 || next.epoch() < epoch()) {
      return refused(
          RejectionReason.ROOT_VERSION,
          "version %d and epoch %d cannot follow version %d and epoch %d"
              .formatted(next.version(), next.epoch(), version(), epoch()));
    }
    return openIgnoringTime(envelope);
  }

  private Opened validAt(Instant now) {
    if (isNotYetValidAt(now)) {
      return refused(RejectionReason.ROOT_NOT_YET_VALID, "issued at " + issuedAt());
    }
    return isExpiredAt(now)
        ? refused(RejectionReason.ROOT_EXPIRED, "expired at " + expires())
        : new Opened.Trusted(this);
  }

  private static Opened refused(RejectionReason code, String detail) {
    return new Opened.Refused(new Rejection(code, detail));
  }

  /// Whether the root is no longer valid at `now`, skew tolerated.
  public boolean isExpiredAt(Instant now) {
    return !now.isBefore(expires().plus(Expectation.CLOCK_SKEW));
  }

  boolean isNotYetValidAt(Instant now) {
    return issuedAt().isAfter(now.plus(Expectation.CLOCK_SKEW));
  }

  /// Ids of keys that vouch for nothing any longer, not even for what was accepted before.
  public Set<String> compromised() {
    return statement.compromised();
  }

  /// What the root role signed.
  public Statement statement() {
    return statement;
  }

  /// Counts the successive roots.
  public long version() {
    return statement.version();
  }

  /// The epoch of the bundles this root authorises.
  public long epoch() {
    return statement.epoch();
  }

  /// When the root was made.
  public Instant issuedAt() {
    return statement.issuedAt();
  }

  /// When the root stops authorising new bundles.
  public Instant expires() {
    return statement.expires();
  }

  /// The keys by role.
  public Roles roles() {
    return statement.roles();
  }

  /// The DSSE envelope as received.
  public Bytes envelope() {
    return envelope;
  }

  @Override
  public String toString() {
    return "trust root " + version() + " of epoch " + epoch();
  }
}
