package dev.sluice.engine.bundle;

import dev.sluice.engine.shard.PolicyShard;
import java.util.Map;
import java.util.Optional;

/// A bundle that passed every check; only {@link BundleVerifier} and {@link BundleState} make one.
///
/// Holds the envelope exactly as received and all blobs, so that it can be persisted unchanged.
public final class VerifiedBundle {
  private final Manifest manifest;
  private final Digest manifestDigest;
  private final Map<String, PolicyShard> shards;
  private final Bytes envelope;
  private final Map<Digest, Bytes> blobs;
  private final Optional<Freshness> freshness;

  VerifiedBundle(
      SignedManifest signed,
      Map<String, PolicyShard> shards,
      Map<Digest, Bytes> blobs,
      Optional<Freshness> freshness) {
    this.manifest = signed.manifest();
    this.manifestDigest = signed.digest();
    this.envelope = signed.envelope();
    this.shards = Map.copyOf(shards);
    this.blobs = Map.copyOf(blobs);
    this.freshness = freshness;
  }

  /// What the bundle says of itself.
  public Manifest manifest() {
    return manifest;
  }

  /// The digest of the signed manifest bytes: the identity of the bundle.
  public Digest manifestDigest() {
    return manifestDigest;
  }

  /// The decoded contents by name, for example `ztunnel` or `waypoint/shop/waypoint`.
  public Map<String, PolicyShard> shards() {
    return shards;
  }

  /// The DSSE envelope of the manifest, byte for byte as received.
  public Bytes envelope() {
    return envelope;
  }

  /// The contents by digest, byte for byte as received.
  public Map<Digest, Bytes> blobs() {
    return blobs;
  }

  /// The freshness statement, when the bundle came with one.
  public Optional<Freshness> freshness() {
    return freshness;
  }

  @Override
  public String toString() {
    return "bundle %d/%d %s".formatted(manifest.epoch(), manifest.sequence(), manifestDigest);
  }
}
