package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.read.SourceFiles;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.shard.PolicyShard;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Compiles what the project ships: the shop, the valid examples and the invalid ones.
class ExamplesTest {

  private static final Path ROOT = Path.of(System.getProperty("sluice.root", "../.."));

  /// Valid for Istio, refused here with a reason: nothing is accepted and ignored.
  private static final Set<Code> NOT_SUPPORTED =
      Set.of(
          Code.UNSUPPORTED_ACTION,
          Code.UNSUPPORTED_CONDITION,
          Code.UNSUPPORTED_FIELD,
          Code.EXPERIMENTAL_FIELD,
          Code.DRY_RUN,
          Code.REVISION_LABEL);

  @Test
  void the_shop_compiles_without_findings() {
    Compilation shop = compile(ROOT.resolve("examples/shop"));
    assertThat(shop.findings().stream().filter(f -> f.severity() != Severity.NOTE)).isEmpty();
    assertThat(shop.shards().stream().map(shard -> shard.point().contentName()))
        .containsExactly("ztunnel", "waypoint/shop/waypoint");
  }

  @Test
  void every_policy_of_the_shop_is_placed_and_lowered() {
    Compilation shop = compile(ROOT.resolve("examples/shop"));
    assertThat(shop.placements()).hasSize(shop.summary().policies());
    assertThat(shop.refused()).isEmpty();
    List<String> lowered =
        shop.shards().stream().flatMap(ExamplesTest::ids).map(PolicyId::toString).toList();
    assertThat(lowered)
        .containsAll(
            shop.placements().stream()
                .map(placement -> placement.policy().id().toString())
                .toList());
  }

  @ParameterizedTest
  @MethodSource("valid")
  void a_valid_example_has_no_finding_but_for_what_is_not_supported(Path file) {
    assertThat(
            compile(file).findings().stream()
                .filter(f -> f.severity() == Severity.ERROR)
                .filter(f -> f.code().id().compareTo("SLU2000") < 0)
                .filter(f -> !NOT_SUPPORTED.contains(f.code())))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void an_invalid_example_is_refused_with_a_located_error(Path file) {
    List<Diagnostic> errors =
        compile(file).findings().stream().filter(f -> f.severity() == Severity.ERROR).toList();
    assertThat(errors).isNotEmpty();
    assertThat(errors).allSatisfy(error -> assertThat(error.span().line()).isPositive());
  }

  @Test
  void the_same_tree_compiles_to_the_same_shards_in_any_file_order() {
    SourceTree tree = load(ROOT.resolve("examples/shop"));
    var reversed = new SourceTree(tree.files().reversed());
    assertThat(Compiler.compile(reversed, MeshSettings.defaults()).shards())
        .isEqualTo(Compiler.compile(tree, MeshSettings.defaults()).shards());
  }

  static List<Path> valid() {
    return yamlUnder(ROOT.resolve("schemas/examples/valid"));
  }

  static List<Path> invalid() {
    return yamlUnder(ROOT.resolve("schemas/examples/invalid"));
  }

  private static Stream<PolicyId> ids(PolicyShard shard) {
    return Stream.of(
            shard.policies().stream().map(policy -> policy.id()),
            shard.peerAuthentications().stream().map(policy -> policy.id()),
            shard.requestAuthentications().stream().map(policy -> policy.id()),
            shard.routes().stream().map(policy -> policy.id()))
        .flatMap(ids -> ids);
  }

  private static Compilation compile(Path path) {
    var problems = new Diagnostics();
    SourceTree tree =
        SourceFiles.load(List.of(path.toString()), InputStream.nullInputStream(), problems);
    return Compiler.compile(tree, MeshSettings.defaults(), problems);
  }

  private static SourceTree load(Path path) {
    return SourceFiles.load(
        List.of(path.toString()), InputStream.nullInputStream(), new Diagnostics());
  }

  private static List<Path> yamlUnder(Path path) {
    try (Stream<Path> files = Files.walk(path)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
