package dev.sluice.engine.bundle;

import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.wire.ShardCodec;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Reads and decodes everything a verified manifest lists, all or nothing.
final class ContentReader {
  private ContentReader() {}

  /// What came of reading the contents.
  sealed interface Reading {
    /// Everything is there and means what was signed.
    record Complete(Map<String, PolicyShard> shards, Map<Digest, Bytes> blobs) implements Reading {}

    /// Something is missing, other than signed, too much, or inconsistent.
    record Refused(Rejection rejection) implements Reading {}
  }

  /// What came of reading the bytes alone.
  sealed interface Blobs {
    /// All blobs, each of the signed size and digest, and nothing besides.
    record All(Map<Digest, Bytes> byDigest) implements Blobs {}

    /// Not exactly what was signed.
    record Refused(Rejection rejection) implements Blobs {}
  }

  static Reading read(OciLayout layout, Manifest manifest) {
    return switch (blobs(layout, manifest)) {
      case Blobs.Refused(var rejection) -> new Reading.Refused(rejection);
      case Blobs.All(var blobs) -> decode(manifest, blobs);
    };
  }

  static Blobs blobs(OciLayout layout, Manifest manifest) {
    var blobs = new LinkedHashMap<Digest, Bytes>();
    for (Manifest.Content content : manifest.contents()) {
      switch (layout.content(content)) {
        case OciLayout.Part.Present(var bytes) -> blobs.put(content.digest(), bytes);
        case OciLayout.Part.Refused(var rejection) -> {
          return new Blobs.Refused(rejection);
        }
      }
    }
    Optional<Rejection> unlisted = layout.unlisted(new HashSet<>(blobs.keySet()));
    return unlisted.<Blobs>map(Blobs.Refused::new).orElseGet(() -> new Blobs.All(blobs));
  }

  private static Reading decode(Manifest manifest, Map<Digest, Bytes> blobs) {
    var shards = new LinkedHashMap<String, PolicyShard>();
    for (Manifest.Content content : manifest.contents()) {
      if (!content.mediaType().equals(Manifest.Content.SHARD)) {
        return refused(
            RejectionReason.UNSUPPORTED_FORMAT,
            "`" + content.name() + "` has a media type that this reader does not know");
      }
      Bytes bytes = blobs.get(content.digest());
      if (bytes == null) {
        throw new IllegalStateException("a listed blob was not read");
      }
      switch (ShardCodec.decode(bytes.toArray())) {
        case ShardCodec.Decoded.Malformed(var reason) -> {
          return refused(RejectionReason.MALFORMED_CONTENT, "`" + content.name() + "`: " + reason);
        }
        case ShardCodec.Decoded.Shard(var shard) -> shards.put(content.name(), shard);
      }
    }
    return check(manifest, shards, blobs);
  }

  private static Reading check(
      Manifest manifest, Map<String, PolicyShard> shards, Map<Digest, Bytes> blobs) {
    for (var entry : shards.entrySet()) {
      if (!entry.getValue().point().contentName().equals(entry.getKey())) {
        return refused(
            RejectionReason.INCONSISTENT_CONTENT,
            "`" + entry.getKey() + "` is the content of another enforcement point");
      }
    }
    Optional<String> problem = Consistency.problem(shards.values());
    if (problem.isPresent()) {
      return refused(RejectionReason.INCONSISTENT_CONTENT, problem.get());
    }
    // proves that this reader understood everything that the compiler meant
    return BundleContents.semanticDigest(shards.values()).equals(manifest.semanticDigest())
        ? new Reading.Complete(shards, blobs)
        : refused(
            RejectionReason.SELF_TEST_FAILED,
            "what was read does not have the semantic digest that was signed");
  }

  private static Reading refused(RejectionReason code, String detail) {
    return new Reading.Refused(new Rejection(code, detail));
  }
}
