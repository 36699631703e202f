package dev.sluice.runtime.bundle;

import dev.sluice.engine.bundle.BundleContents;
import dev.sluice.engine.bundle.BundleFiles;
import dev.sluice.engine.bundle.Bytes;
import dev.sluice.engine.bundle.Envelope;
import dev.sluice.engine.bundle.KeyAlgorithm;
import dev.sluice.engine.bundle.Manifest;
import dev.sluice.engine.bundle.SigningKey;
import dev.sluice.engine.bundle.TrustRoot;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.PeerAuthentication;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Signed bundles for tests, in a directory whose link `current` is switched by rename.
public final class TestBundles {

  private final Path home;
  private final SigningKey rootKey = newKey();
  private final SigningKey freshnessKey = newKey();
  private final List<Bytes> roots = new ArrayList<>();
  private SigningKey key = newKey();

  private TestBundles(Path home) {
    this.home = home;
  }

  /// New keys and a trust root in `home`, which holds nothing else.
  public static TestBundles in(Path home) throws IOException {
    var bundles = new TestBundles(Files.createDirectories(home));
    Files.createDirectories(bundles.directory());
    Files.write(bundles.rootFile(), bundles.root(1, Set.of()));
    return bundles;
  }

  public Path rootFile() {
    return home.resolve("root.json");
  }

  public Path directory() {
    return home.resolve("bundles");
  }

  /// Where a proxy with this state directory finds the bundles.
  public BundleSource source(Path state) {
    return new BundleSource(directory(), rootFile(), state, "cluster.local", "main");
  }

  private byte[] root(long version, Set<String> compromised) {
    Instant now = Instant.now();
    var statement =
        new TrustRoot.Statement(
            version,
            1,
            now.minus(Duration.ofDays(1)),
            now.plus(Duration.ofDays(365)),
            new TrustRoot.Roles(role(rootKey), role(key), role(freshnessKey)),
            compromised);
    return Envelope.sign(TrustRoot.PAYLOAD_TYPE, statement.toJson(), List.of(rootKey)).toJson();
  }

  /// Bundles are signed with a new key from now on, and bring the trust root that says so.
  public void rotateKey() {
    key = newKey();
    follow(Set.of());
  }

  /// The same, and the key until now is called compromised.
  public void condemnKey() {
    String stolen = key.publicKey().id();
    key = newKey();
    follow(Set.of(stolen));
  }

  private void follow(Set<String> compromised) {
    roots.add(Bytes.of(root(roots.size() + 2L, compromised)));
  }

  private static SigningKey newKey() {
    return SigningKey.generate(KeyAlgorithm.ED25519, new SecureRandom());
  }

  private static TrustRoot.Role role(SigningKey key) {
    return new TrustRoot.Role(Set.of(key.publicKey()), 1);
  }

  /// Writes a bundle and makes it the current one; returns its directory.
  public Path publish(long sequence, PolicyShard... shards) throws IOException {
    Path bundle = write(sequence, "cluster.local", shards);
    switchTo(bundle);
    return bundle;
  }

  /// Writes a bundle for an audience without switching to it.
  public Path write(long sequence, String audience, PolicyShard... shards) throws IOException {
    var contents = BundleContents.of(List.of(shards));
    Instant now = Instant.now();
    var manifest =
        new Manifest(
            Manifest.SCHEMA,
            audience,
            "main",
            1,
            sequence,
            now,
            now.minus(Duration.ofMinutes(1)),
            now.plus(Duration.ofDays(1)),
            Manifest.FORMAT_VERSION,
            Manifest.FORMAT_VERSION,
            List.of(),
            new Manifest.Source("", "", Manifest.WorkTree.CLEAN),
            new Manifest.Compiler("test"),
            contents.semanticDigest(),
            contents.contents(),
            Optional.empty());
    var envelope = Envelope.sign(Manifest.PAYLOAD_TYPE, manifest.toJson(), List.of(key));
    Path target = home.resolve("bundle-" + sequence + "-" + System.nanoTime());
    new BundleFiles(
            manifest, Bytes.of(envelope.toJson()), contents.blobs(), Optional.empty(), roots)
        .writeTo(target);
    return target;
  }

  /// Makes a bundle the current one.
  public void switchTo(Path bundle) throws IOException {
    Path aside = directory().resolve(".current.new");
    Files.deleteIfExists(aside);
    Files.createSymbolicLink(aside, bundle.toAbsolutePath());
    Files.move(aside, directory().resolve("current"), StandardCopyOption.ATOMIC_MOVE);
  }

  /// What ztunnels enforce, made of these policies.
  public static PolicyShard ztunnel(
      List<AuthorizationPolicy> policies, List<PeerAuthentication> peerAuthentications) {
    return new PolicyShard(
        new EnforcementPoint.Ztunnel(),
        new PolicyShard.MeshFacts(
            new TrustDomain("cluster.local"),
            List.of(),
            PolicyShard.PathNormalization.MERGE_SLASHES),
        policies,
        peerAuthentications,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }
}
