package dev.sluice.verify.mesh;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.bundle.BundleFacts;
import dev.sluice.compiler.bundle.BundleWriter;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.trust.KeySettings;
import dev.sluice.compiler.trust.SigningKeys;
import dev.sluice.engine.bundle.DurableFiles;
import dev.sluice.engine.bundle.Manifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.Period;
import java.util.List;
import java.util.stream.Stream;

/// Compiles, signs and publishes policies as `sluice build` does.
public final class Bundles {

  private final Path home;
  private final String topology;
  private final SigningKeys keys;
  private int count;

  Bundles(Path home) throws IOException {
    this(home, Topology.kubernetes());
  }

  /// @param topology the Kubernetes objects that policies are compiled with
  public Bundles(Path home, String topology) throws IOException {
    this.home = home;
    this.topology = topology;
    Files.createDirectories(directory());
    this.keys =
        switch (SigningKeys.init(home.resolve("keys"), KeySettings.development(Instant.now()))) {
          case SigningKeys.Outcome.Ready(var ready) -> ready;
          case SigningKeys.Outcome.Unusable(var problems) -> throw new AssertionError(problems);
        };
  }

  public Path directory() {
    return home.resolve("bundles");
  }

  public Path root() {
    return home.resolve("keys/root.json");
  }

  /// What a bundle is for and how old it is.
  public record Terms(String audience, Instant issuedAt, Period validity) {
    public static Terms current() {
      return new Terms("cluster.local", Instant.now(), Period.ofDays(30));
    }
  }

  /// Compiles the policies with the test topology and signs the result; must not have errors.
  public Path build(String policies, Terms terms) throws IOException {
    Compilation compilation = compile(topology, policies);
    if (compilation.hasErrors()) {
      throw new AssertionError(compilation.findings());
    }
    Path target = directory().resolve(Integer.toString(++count));
    var facts =
        new BundleFacts(
            terms.audience(),
            "main",
            terms.issuedAt(),
            terms.validity(),
            new Manifest.Source("", "", Manifest.WorkTree.CLEAN),
            "test");
    return switch (BundleWriter.write(compilation.shards(), facts, keys, target)) {
      case BundleWriter.Outcome.Written written -> written.directory();
      case BundleWriter.Outcome.NotWritten(var problems) -> throw new AssertionError(problems);
    };
  }

  static Compilation compile(String policies) {
    return compile(Topology.kubernetes(), policies);
  }

  private static Compilation compile(String topology, String policies) {
    return Compiler.compile(
        new SourceTree(
            List.of(
                new SourceFile("mesh.yaml", topology.getBytes(StandardCharsets.UTF_8)),
                new SourceFile("policies.yaml", policies.getBytes(StandardCharsets.UTF_8)))),
        MeshSettings.defaults());
  }

  /// Makes a bundle the current one.
  public void switchTo(Path bundle) throws IOException {
    DurableFiles.link(directory().resolve("current"), bundle.getFileName());
  }

  /// Flips a bit in every content blob of a bundle.
  static Path tampered(Path bundle) throws IOException {
    for (Path blob : blobs(bundle)) {
      byte[] bytes = Files.readAllBytes(blob);
      if (!new String(bytes, StandardCharsets.ISO_8859_1).startsWith("{")) {
        bytes[bytes.length / 2] ^= 1;
        Files.write(blob, bytes);
      }
    }
    return bundle;
  }

  static List<Path> blobs(Path bundle) throws IOException {
    try (Stream<Path> blobs = Files.list(bundle.resolve("blobs/sha256"))) {
      return blobs.sorted().toList();
    }
  }
}
