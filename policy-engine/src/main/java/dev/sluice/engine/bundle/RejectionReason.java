package dev.sluice.engine.bundle;

import java.util.Locale;

/// Why a bundle, a trust root or a state directory is not trusted: the first check that failed.
public enum RejectionReason {
  /// A file or directory cannot be read.
  UNREADABLE,
  /// A file is larger than its cap.
  TOO_LARGE,
  /// The directory is not an OCI image layout that holds one bundle.
  MALFORMED_LAYOUT,
  /// Not a DSSE envelope.
  MALFORMED_ENVELOPE,
  /// An envelope for another purpose, whether its signatures are good or not.
  WRONG_PAYLOAD_TYPE,
  /// Fewer distinct trusted keys signed than the role's threshold asks for.
  BAD_SIGNATURE,
  /// Keys that the trust root calls compromised signed it, and too few others.
  KEY_COMPROMISED,
  /// The signed payload is not a bundle manifest.
  MALFORMED_MANIFEST,
  /// The bundle needs a newer reader.
  UNSUPPORTED_FORMAT,
  /// The manifest marks a field as critical that this reader does not know.
  UNKNOWN_CRITICAL,
  /// The bundle is for another mesh.
  WRONG_AUDIENCE,
  /// The bundle is for another channel.
  WRONG_CHANNEL,
  /// The manifest's epoch is not the one the trust root grants.
  WRONG_EPOCH,
  /// Older than a bundle that was accepted before.
  ROLLBACK,
  /// Another bundle with the same epoch and sequence was accepted before.
  EQUIVOCATION,
  /// Not valid yet, beyond the tolerated clock skew.
  NOT_YET_VALID,
  /// No longer valid, beyond the tolerated clock skew.
  EXPIRED,
  /// The freshness statement is malformed or not signed by the freshness role.
  BAD_FRESHNESS,
  /// The freshness statement speaks of another bundle.
  FRESHNESS_MISMATCH,
  /// The freshness statement is outside its validity.
  FRESHNESS_EXPIRED,
  /// A blob that the manifest lists is not there.
  MISSING_CONTENT,
  /// A blob has another size than was signed.
  SIZE_MISMATCH,
  /// A blob has another digest than was signed.
  DIGEST_MISMATCH,
  /// The layout holds something that the signed manifest does not list.
  UNLISTED_CONTENT,
  /// A blob cannot be decoded.
  MALFORMED_CONTENT,
  /// The decoded contents contradict the manifest, each other or themselves.
  INCONSISTENT_CONTENT,
  /// What was read does not mean what the compiler signed: the semantic digests differ.
  SELF_TEST_FAILED,
  /// The trust root is not well formed.
  MALFORMED_ROOT,
  /// The trust root is not valid yet.
  ROOT_NOT_YET_VALID,
  /// The trust root is no longer valid.
  ROOT_EXPIRED,
  /// A new trust root is not the direct successor of the present one.
  ROOT_VERSION,
  /// The state directory was changed by somebody else or lost a part.
  STATE_DAMAGED;

  /// The stable name for metrics, logs and reports, for example `bad_signature`.
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
