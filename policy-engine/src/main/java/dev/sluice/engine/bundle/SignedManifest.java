package dev.sluice.engine.bundle;

/// A manifest whose signatures were verified, with the digest of the signed bytes and the envelope
/// they came in.
record SignedManifest(Manifest manifest, Digest digest, Bytes envelope) {}
