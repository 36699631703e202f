package dev.sluice.engine.bundle;

import dev.sluice.engine.bundle.Manifest.Content;
import dev.sluice.engine.shard.PolicyShard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A bundle in the making, for tests that need one with exactly one thing wrong.
final class Draft {
  private static final int VERSION = Manifest.FORMAT_VERSION;

  private final Lab lab;
  private Map<Digest, Bytes> blobs;
  private String audience = Lab.AUDIENCE;
  private String channel = Lab.CHANNEL;
  private long epoch = 1;
  private long sequence = 7;
  private Instant issuedAt = Lab.NOW.minus(Duration.ofHours(1));
  private @Nullable Instant notBefore;
  private Instant expires = Lab.NOW.plus(Duration.ofDays(30));
  private int minReaderVersion = VERSION;
  private List<String> critical = List.of();
  private Digest semanticDigest;
  private List<Content> contents;
  private String payloadType = Manifest.PAYLOAD_TYPE;
  private List<SigningKey> signers;
  private UnaryOperator<String> payloadEdit = text -> text;
  private UnaryOperator<byte[]> envelopeEdit = bytes -> bytes;
  private Optional<Bytes> freshness = Optional.empty();
  private List<Bytes> roots = List.of();

  Draft(Lab lab, List<PolicyShard> shards) {
    this.lab = lab;
    BundleContents encoded = BundleContents.of(shards);
    this.blobs = new HashMap<>(encoded.blobs());
    this.semanticDigest = encoded.semanticDigest();
    this.contents = new ArrayList<>(encoded.contents());
    this.signers = lab.bundleKeys;
  }

  Draft shards(PolicyShard... shards) {
    BundleContents encoded = BundleContents.of(List.of(shards));
    blobs = new HashMap<>(encoded.blobs());
    semanticDigest = encoded.semanticDigest();
    contents = new ArrayList<>(encoded.contents());
    return this;
  }

  Draft contents(UnaryOperator<List<Content>> edit) {
    contents = edit.apply(contents);
    return this;
  }

  /// Replaces the first content by other bytes, listed correctly.
  Draft firstContent(String text) {
    Bytes bytes = Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    Content first = contents.getFirst();
    contents.set(0, new Content(first.name(), first.mediaType(), bytes.size(), bytes.digest()));
    blobs.remove(first.digest());
    blobs.put(bytes.digest(), bytes);
    return this;
  }

  Draft audience(String value) {
    audience = value;
    return this;
  }

  Draft channel(String value) {
    channel = value;
    return this;
  }

  Draft revision(long newEpoch, long newSequence) {
    epoch = newEpoch;
    sequence = newSequence;
    return this;
  }

  Draft issuedAt(Instant value) {
    issuedAt = value;
    return this;
  }

  Draft notBefore(Instant value) {
    notBefore = value;
    return this;
  }

  Draft expires(Instant value) {
    expires = value;
    return this;
  }

  Draft minReaderVersion(int value) {
    minReaderVersion = value;
    return this;
  }

  Draft critical(String... names) {
    critical = List.of(names);
    return this;
  }

  Draft semanticDigest(Digest value) {
    semanticDigest = value;
    return this;
  }

  Draft payloadType(String value) {
    payloadType = value;
    return this;
  }

  Draft signers(List<SigningKey> keys) {
    signers = keys;
    return this;
  }

  /// Edits the JSON text of the manifest before it is signed.
  Draft payload(UnaryOperator<String> edit) {
    payloadEdit = edit;
    return this;
  }

  /// Edits the envelope after it was signed.
  Draft envelope(UnaryOperator<byte[]> edit) {
    envelopeEdit = edit;
    return this;
  }

  Draft freshness(UnaryOperator<Freshness> edit) {
    return freshness(edit, lab.freshnessKeys);
  }

  Draft freshness(UnaryOperator<Freshness> edit, List<SigningKey> keys) {
    Manifest manifest = manifest();
    var statement =
        Freshness.of(
            manifest,
            Digest.of(manifest.toJson()),
            Lab.NOW.minusSeconds(60),
            Lab.NOW.plus(Duration.ofMinutes(30)));
    freshness =
        Optional.of(
            Bytes.of(
                Envelope.sign(Freshness.PAYLOAD_TYPE, edit.apply(statement).toJson(), keys)
                    .toJson()));
    return this;
  }

  Draft rawFreshness(String text) {
    freshness = Optional.of(Bytes.of(text.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  /// Adds trust roots that lead from older ones to that of this bundle.
  Draft roots(List<byte[]> envelopes) {
    roots = envelopes.stream().map(Bytes::of).toList();
    return this;
  }

  Manifest manifest() {
    return new Manifest(
        Manifest.SCHEMA,
        audience,
        channel,
        epoch,
        sequence,
        issuedAt,
        notBefore == null ? issuedAt : notBefore,
        expires,
        Math.max(VERSION, minReaderVersion),
        minReaderVersion,
        critical,
        new Manifest.Source(
            "https://git.example/policies", "0".repeat(40), Manifest.WorkTree.CLEAN),
        new Manifest.Compiler("0.1.0"),
        semanticDigest,
        contents,
        Optional.empty());
  }

  byte[] envelopeBytes() {
    String json = new String(manifest().toJson(), StandardCharsets.UTF_8);
    byte[] payload = payloadEdit.apply(json).getBytes(StandardCharsets.UTF_8);
    return envelopeEdit.apply(Envelope.sign(payloadType, payload, signers).toJson());
  }

  Path write(Path directory) {
    try {
      Files.createDirectories(directory);
      Path bundle = Files.createTempDirectory(directory, "bundle").resolve("layout");
      new BundleFiles(manifest(), Bytes.of(envelopeBytes()), blobs, freshness, roots)
          .writeTo(bundle);
      return bundle;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// The path of the first content's blob in a written bundle.
  Path firstBlob(Path bundle) {
    return bundle.resolve("blobs/sha256").resolve(contents.getFirst().digest().hex());
  }
}
