package dev.sluice.compiler.bundle;

import dev.sluice.engine.bundle.Envelope;
import dev.sluice.engine.bundle.Freshness;
import dev.sluice.engine.bundle.Manifest;
import dev.sluice.engine.bundle.SigningKey;
import dev.sluice.engine.bundle.TrustRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A directory of keys: the signed trust root, the private keys of the roles, and the counter of
/// bundles.
///
/// Files: `root.json`; `root.pem`, `bundle.pem` (`bundle-2.pem` and so on), `freshness.pem` in
/// PKCS#8 PEM, readable by their owner only; `sequence.json`. A machine that only builds bundles
/// needs `root.json`, the bundle keys and the counter.
public final class SigningKeys {
  private final Path directory;
  private final TrustRoot root;
  private final List<SigningKey> bundleKeys;
  private final Optional<SigningKey> freshnessKey;

  SigningKeys(
      Path directory,
      TrustRoot root,
      List<SigningKey> bundleKeys,
      Optional<SigningKey> freshnessKey) {
    this.directory = directory;
    this.root = root;
    this.bundleKeys = List.copyOf(bundleKeys);
    this.freshnessKey = freshnessKey;
  }

  /// What came of making or opening keys.
  public sealed interface Outcome {
    /// Bundles can be signed.
    record Ready(SigningKeys keys) implements Outcome {}

    /// They cannot; at least one problem.
    record Unusable(List<Problem> problems) implements Outcome {
      public Unusable {
        problems = List.copyOf(problems);
      }
    }
  }

  /// Makes new keys of all roles in `directory`, which must be empty or not exist; nothing is left
  /// behind on failure.
  ///
  /// For development: whoever has the directory is trusted in every role. In production the root
  /// key is kept apart.
  ///
  /// @throws IOException when the directory cannot be written
  public static Outcome init(Path directory, KeySettings settings) throws IOException {
    return KeyDirectory.create(directory, settings);
  }

  /// Opens the keys in `directory`: `root.json` must be valid at `now`, and enough of its bundle
  /// keys must be there.
  public static Outcome open(Path directory, Instant now) {
    return new KeyDirectory(directory).open(now);
  }

  /// Where the keys are.
  public Path directory() {
    return directory;
  }

  /// The trust root the bundles will be verified with.
  public TrustRoot root() {
    return root;
  }

  /// Signs a manifest with all bundle keys that are here.
  Envelope sign(Manifest manifest) {
    return Envelope.sign(Manifest.PAYLOAD_TYPE, manifest.toJson(), bundleKeys);
  }

  /// Signs a freshness statement; empty when the freshness key is kept elsewhere.
  public Optional<Envelope> sign(Freshness statement) {
    return freshnessKey.map(
        key -> Envelope.sign(Freshness.PAYLOAD_TYPE, statement.toJson(), List.of(key)));
  }

  /// Takes the next sequence number of the root's epoch; it is on disk before this returns, so no
  /// two bundles ever share one.
  ///
  /// @throws IOException when the counter cannot be written
  SequenceCounter.Allocation allocate() throws IOException {
    return new SequenceCounter(directory).next(root.epoch());
  }
}
