package dev.sluice.compiler.trust;

import dev.sluice.engine.bundle.Bytes;
import dev.sluice.engine.bundle.Envelope;
import dev.sluice.engine.bundle.Freshness;
import dev.sluice.engine.bundle.Manifest;
import dev.sluice.engine.bundle.RootChain;
import dev.sluice.engine.bundle.Signatory;
import dev.sluice.engine.bundle.TrustRoot;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A directory of keys: the signed trust root, the private keys of the roles, and the counter of
/// bundles.
///
/// Files: `root.json`, the trust root in force; `roots/<version>.json`, the roots that led to it;
/// `root.pem` (`root-2.pem` and so on), `bundle.pem`, `freshness.pem` in PKCS#8 PEM, readable by
/// their owner only; `sequence.json`. A machine that only builds bundles needs `root.json`,
/// `roots/`, the counter, and the bundle keys here or elsewhere.
public final class SigningKeys {
  private final Path directory;
  private final RootChain roots;
  private final Map<RoleName, List<Signatory>> keys;

  SigningKeys(Path directory, RootChain roots, Map<RoleName, List<Signatory>> keys) {
    this.directory = directory;
    this.roots = roots;
    this.keys = Map.copyOf(keys);
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
  /// behind on failure. They are encrypted when there is a passphrase.
  ///
  /// For development: whoever has the directory is trusted in every role. In production the root
  /// keys are moved apart.
  ///
  /// @throws IOException when the directory cannot be written
  public static Outcome init(Path directory, KeySettings settings, Passphrases passphrases)
      throws IOException {
    return new NewKeys(passphrases).directory(directory, settings);
  }

  /// Makes new keys that are not encrypted.
  ///
  /// @throws IOException when the directory cannot be written
  public static Outcome init(Path directory, KeySettings settings) throws IOException {
    return init(directory, settings, Passphrases.NONE);
  }

  /// Opens the keys in `directory`: `root.json` must be valid at `now`, and enough of its bundle
  /// keys must be there or among `elsewhere`.
  public static Outcome open(
      Path directory, Instant now, KeyReader reader, List<Signatory> elsewhere) {
    return new KeyDirectory(directory, reader).open(now, elsewhere);
  }

  /// Opens keys that are all in plain files.
  public static Outcome open(Path directory, Instant now) {
    return open(directory, now, KeyReader.ofFiles(), List.of());
  }

  /// Where the keys are.
  public Path directory() {
    return directory;
  }

  /// The trust root the bundles will be verified with.
  public TrustRoot root() {
    return roots.current();
  }

  /// The roots that led to {@link #root}, as far as they are here.
  public RootChain roots() {
    return roots;
  }

  /// The roots that lead a proxy from the one it knows to {@link #root}, oldest first; bundles
  /// carry them.
  public List<Bytes> successors() {
    List<Bytes> envelopes =
        roots.roots().stream().filter(one -> one.version() > 1).map(TrustRoot::envelope).toList();
    return envelopes.subList(Math.max(0, envelopes.size() - RootChain.LONGEST), envelopes.size());
  }

  /// Signs a manifest with all bundle keys that are here.
  public Envelope sign(Manifest manifest) {
    return Envelope.sign(Manifest.PAYLOAD_TYPE, manifest.toJson(), of(RoleName.BUNDLE));
  }

  /// Signs a freshness statement; empty when the freshness keys are kept elsewhere.
  public Optional<Envelope> sign(Freshness statement) {
    List<Signatory> freshness = of(RoleName.FRESHNESS);
    return freshness.size() < root().roles().freshness().threshold()
        ? Optional.empty()
        : Optional.of(Envelope.sign(Freshness.PAYLOAD_TYPE, statement.toJson(), freshness));
  }

  private List<Signatory> of(RoleName role) {
    return keys.getOrDefault(role, List.of());
  }

  /// Takes the next sequence number of the root's epoch; it is on disk before this returns, so no
  /// two bundles ever share one.
  ///
  /// @throws IOException when the counter cannot be written
  public Allocation allocate() throws IOException {
    return new SequenceCounter(directory).next(root().epoch());
  }
}
