package dev.sluice.cli.demo;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.bundle.BundleFacts;
import dev.sluice.compiler.bundle.BundleWriter;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.SourceFiles;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.trust.KeySettings;
import dev.sluice.compiler.trust.Problem;
import dev.sluice.compiler.trust.SigningKeys;
import dev.sluice.compiler.validate.SettingsReader;
import dev.sluice.engine.bundle.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The shop's policy files: compiled, signed and written as bundles.
///
/// @param source where the files come from, as the bundle says it
/// @param version of this compiler
record ShopPolicies(SigningKeys keys, Manifest.Source source, String version) {

  private static final String SETTINGS = "sluice.yaml";

  /// A tree that was compiled, with its settings.
  record Compiled(Compilation compilation, MeshSettings settings) {}

  /// Compiles a folder that has a `sluice.yaml`.
  static Compiled compile(Path folder) {
    var diagnostics = new Diagnostics();
    SourceTree tree =
        SourceFiles.load(List.of(folder.toString()), InputStream.nullInputStream(), diagnostics);
    Optional<SourceFile> file = tree.files().stream().filter(ShopPolicies::isSettings).findFirst();
    MeshSettings settings =
        file.flatMap(found -> SettingsReader.read(found, diagnostics))
            .orElseGet(MeshSettings::defaults);
    return new Compiled(Compiler.compile(tree, settings, diagnostics), settings);
  }

  private static boolean isSettings(SourceFile file) {
    return Path.of(file.path()).endsWith(SETTINGS);
  }

  /// Makes the keys of this run.
  static SigningKeys makeKeys(Path directory, Instant now) throws IOException {
    return switch (SigningKeys.init(directory, KeySettings.development(now))) {
      case SigningKeys.Outcome.Ready(var keys) -> keys;
      case SigningKeys.Outcome.Unusable(var problems) ->
          throw new DemoFailure("the signing keys cannot be made", texts(problems));
    };
  }

  /// Signs a compiled tree and writes the bundle; it gets the next sequence number.
  Manifest write(Compiled compiled, Path out) throws IOException {
    Compilation compilation = compiled.compilation();
    if (compilation.hasErrors() || compilation.shards().isEmpty()) {
      throw new DemoFailure(
          "the policies do not compile",
          compilation.findings().stream()
              .map(finding -> finding.span() + ": " + finding.text().message())
              .toList());
    }
    var bundle = compiled.settings().bundle();
    var facts =
        new BundleFacts(
            bundle.audience(), bundle.channel(), Instant.now(), bundle.validity(), source, version);
    return switch (BundleWriter.write(compilation.shards(), facts, keys, out)) {
      case BundleWriter.Outcome.Written(var manifest, var _, var _) -> manifest;
      case BundleWriter.Outcome.NotWritten(var problems) ->
          throw new DemoFailure("the bundle cannot be written", texts(problems));
    };
  }

  private static List<String> texts(List<Problem> problems) {
    return problems.stream().map(Problem::toString).toList();
  }
}
