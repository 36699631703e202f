package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.place.Placement;
import dev.sluice.compiler.place.Placement.GuardSummary;
import dev.sluice.compiler.place.Placement.Point;
import dev.sluice.compiler.read.SourceFiles;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.upstream.UpstreamExamples;
import dev.sluice.compiler.validate.SettingsReader;
import dev.sluice.engine.policy.PortSet;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Compiles each folder of `src/test/cases` and compares findings and placements with
/// `expected.txt`.
///
/// `-Dgolden.update=true` rewrites the expectations.
class GoldenTest {

  private static final Path CASES =
      Path.of(
          System.getProperty("sluice.root", "../.."), "policy-compiler/compiler/src/test/cases");
  private static final String EXPECTED = "expected.txt";

  @ParameterizedTest
  @MethodSource("cases")
  void findings_and_placements_are_as_expected(Path directory) throws IOException {
    String actual = render(directory);
    Path expected = directory.resolve(EXPECTED);
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(expected, actual);
    }
    assertThat(actual).isEqualTo(Files.readString(expected));
  }

  @Test
  void every_case_has_input_and_an_expectation_and_nothing_else() throws IOException {
    assertThat(cases()).hasSizeGreaterThan(15);
    for (Path directory : cases()) {
      try (Stream<Path> files = Files.list(directory)) {
        List<String> names = files.map(file -> file.getFileName().toString()).toList();
        assertThat(names).contains(EXPECTED).anyMatch(name -> name.endsWith(".yaml"));
        assertThat(names).allMatch(name -> name.equals(EXPECTED) || name.endsWith(".yaml"));
      }
    }
  }

  static List<Path> cases() {
    try (Stream<Path> directories = Files.list(CASES)) {
      return directories.filter(Files::isDirectory).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String render(Path directory) {
    return text(compile(directory));
  }

  /// Compiles a folder; its files are named without their folder.
  static Compilation compile(Path directory) {
    var problems = new Diagnostics();
    SourceTree tree =
        SourceFiles.load(List.of(directory.toString()), InputStream.nullInputStream(), problems);
    MeshSettings settings =
        tree.files().stream()
            .filter(file -> file.path().endsWith("/sluice.yaml"))
            .findFirst()
            .flatMap(file -> SettingsReader.read(file, problems))
            .orElse(MeshSettings.defaults());
    var relative =
        new SourceTree(
            tree.files().stream()
                .map(file -> new SourceFile(name(file.path()), file.bytes()))
                .toList());
    return Compiler.compile(relative, settings, problems);
  }

  /// Findings, placements, what was refused, and whether there is a bundle.
  static String text(Compilation compilation) {
    var text = new StringBuilder();
    compilation.findings().forEach(finding -> text.append(line(finding)).append('\n'));
    Optional<UpstreamExamples> examples =
        UpstreamExamples.of(compilation.mesh(), compilation.shards());
    compilation
        .placements()
        .forEach(placement -> {
          append(placement, text);
          examples
              .flatMap(found -> found.of(placement))
              .ifPresent(
                  example -> text.append("    example: ").append(example.sentence()).append('\n'));
        });
    compilation
        .refused()
        .forEach(refused -> text.append("refused ").append(refused.resource()).append('\n'));
    compilation
        .shards()
        .forEach(shard ->
            shard
                .shadow()
                .forEach(policy ->
                    text.append("shadow at ")
                        .append(shard.point().contentName())
                        .append(": ")
                        .append(policy.id())
                        .append(" rules ")
                        .append(policy.rules().stream().map(rule -> rule.index()).toList())
                        .append('\n')));
    text.append(compilation.shards().isEmpty() ? "no bundle" : "bundle").append('\n');
    return text.toString();
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String line(Diagnostic finding) {
    return finding.span()
        + " "
        + finding.severity().word()
        + " "
        + finding.code().id()
        + " "
        + finding.text().message()
        + (finding.suppressed() == null
            ? ""
            : " (suppressed: " + finding.suppressed().reason() + ")")
        + (finding.text().witness() == null
            ? ""
            : "\n  witness: " + finding.text().witness().sentence());
  }

  private static void append(Placement placement, StringBuilder text) {
    text.append(placement.policy().id())
        .append(": ")
        .append(placement.layer().word())
        .append(placement.isOnTrial() ? " on trial\n" : "\n");
    for (Point point : placement.points()) {
      text.append("  at ")
          .append(point.waypoint().map(name -> "waypoint " + name).orElse("ztunnel"))
          .append(" rules ")
          .append(point.rules())
          .append(" targets ")
          .append(point.targets())
          .append(" workloads ")
          .append(point.workloads())
          .append('\n');
    }
    placement.guard().ifPresent(guard -> append(guard, text));
    placement
        .unenforced()
        .forEach(one ->
            text.append("  not at ")
                .append(one.workload())
                .append(": ")
                .append(one.because())
                .append('\n'));
    placement
        .reasons()
        .forEach(reason ->
            text.append("  because ")
                .append(reason.text())
                .append(" (")
                .append(reason.span())
                .append(")\n"));
    placement
        .upstreamDiffers()
        .ifPresent(differs -> text.append("  upstream: ").append(differs).append('\n'));
  }

  private static void append(GuardSummary guard, StringBuilder text) {
    String ports =
        switch (guard.ports()) {
          case PortSet.Ports(var listed) -> listed.toString();
          case PortSet.AllExcept(var open) -> open.isEmpty() ? "all" : "all but " + open;
        };
    text.append("  guard on ports ")
        .append(ports)
        .append(" of ")
        .append(guard.workloads())
        .append(" admits ")
        .append(guard.admits())
        .append(" exempt ")
        .append(guard.exempt())
        .append('\n');
  }
}
