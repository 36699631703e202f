package dev.sluice.runtime.bundle;

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
    Instant activatedAt) {}
