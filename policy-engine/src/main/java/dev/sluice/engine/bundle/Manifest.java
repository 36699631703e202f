package dev.sluice.engine.bundle;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The signed statement of what a bundle is: for whom, which revision, valid when, made from what,
/// and every content by digest and size.
///
/// `epoch` is granted by the trust root; within it `sequence` only grows; both are 0 to 2^53-1.
/// `critical` names fields that a reader must understand or refuse the bundle. `reissueOf` is the
/// manifest digest of the bundle whose contents this one brings back, when it does.
public record Manifest(
    String schema,
    String audience,
    String channel,
    long epoch,
    long sequence,
    Instant issuedAt,
    Instant notBefore,
    Instant expires,
    int formatVersion,
    int minReaderVersion,
    List<String> critical,
    Source source,
    Compiler compiler,
    Digest semanticDigest,
    List<Content> contents,
    Optional<Digest> reissueOf) {

  /// The DSSE payload type of a manifest.
  public static final String PAYLOAD_TYPE = "application/vnd.sluice.manifest.v1+json";

  /// The value of `schema`.
  public static final String SCHEMA = "sluice.manifest.v1";

  /// The format this code writes, and the newest it reads.
  public static final int FORMAT_VERSION = 1;

  public Manifest {
    critical = List.copyOf(critical);
    contents = List.copyOf(contents);
  }

  /// Where the policies come from; empty texts when they were not built in a git work tree.
  public record Source(String repository, String commit, WorkTree workTree) {}

  /// Whether the work tree had changes that are not in the commit.
  public enum WorkTree {
    CLEAN,
    DIRTY
  }

  /// Which compiler made the bundle.
  public record Compiler(String version) {}

  /// One blob: its name (an enforcement point), media type, size in bytes and digest.
  public record Content(String name, String mediaType, long size, Digest digest) {
    /// The media type of an encoded policy shard.
    public static final String SHARD = "application/vnd.sluice.shard.v1+protobuf";
  }

  /// Reads the payload of a verified envelope.
  public static ManifestJson.Parsing parse(byte[] payload) {
    return ManifestJson.parse(payload);
  }

  /// The one encoding of this manifest: JSON in UTF-8, keys sorted, no white space.
  public byte[] toJson() {
    return ManifestJson.write(this);
  }
}
