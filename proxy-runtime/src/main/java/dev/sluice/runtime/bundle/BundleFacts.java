package dev.sluice.runtime.bundle;

import dev.sluice.engine.bundle.VerifiedBundle;
import java.time.Instant;

/// What a proxy tells about the bundle it enforces; an empty `commit` means it was built outside
/// git.
public record BundleFacts(
    long epoch,
    long sequence,
    String digest,
    String semanticDigest,
    String commit,
    Instant issuedAt,
    Instant expires,
    Instant activatedAt) {

  static BundleFacts of(VerifiedBundle bundle, Instant activatedAt) {
    var manifest = bundle.manifest();
    return new BundleFacts(
        manifest.epoch(),
        manifest.sequence(),
        bundle.manifestDigest().toString(),
        manifest.semanticDigest().toString(),
        manifest.source().commit(),
        manifest.issuedAt(),
        manifest.expires(),
        activatedAt);
  }
}
