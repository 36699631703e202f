package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.syntax.PolicyTestSyntax;
import dev.sluice.compiler.syntax.PolicyTestSyntax.TestCase;
import dev.sluice.compiler.walk.Outcome;
import dev.sluice.compiler.walk.Walk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Shows for each known trap of Istio's policies that it cannot be fallen into here: a finding says
/// so, or placement and decisions are right.
///
/// A folder of `src/test/traps` is one trap: `policy.yaml` starts with the naive reading,
/// `decisions.yaml` asks what really happens, `expected.txt` is everything the compiler says.
/// `-Dgolden.update=true` rewrites the expectations.
class TrapsTest {

  private static final int TRAPS = 60;
  private static final String EXPECTED = "expected.txt";
  private static final Set<String> FILES =
      Set.of("policy.yaml", "mesh.yaml", "sluice.yaml", "decisions.yaml", EXPECTED);
  private static final Path FOLDER =
      Path.of(
          System.getProperty("sluice.root", "../.."), "policy-compiler/compiler/src/test/traps");

  @ParameterizedTest
  @MethodSource("traps")
  void a_trap_is_closed_by_a_finding_or_by_what_is_decided(Path trap) throws IOException {
    Compilation compilation = GoldenTest.compile(trap);
    var text = new StringBuilder(GoldenTest.text(compilation));
    compilation.tests().forEach(test -> answer(compilation, test, text));
    Path expected = trap.resolve(EXPECTED);
    if (Boolean.getBoolean("golden.update")) {
      Files.writeString(expected, text);
    }

    assertThat(text.toString()).isEqualTo(Files.readString(expected));
    assertThat(compilation.findings().isEmpty() && compilation.tests().isEmpty())
        .as("neither a finding nor a decision shows anything")
        .isFalse();
  }

  /// Adds what becomes of each case, which must be what the trap expects.
  private static void answer(Compilation compilation, PolicyTestSyntax test, StringBuilder text) {
    assertThat(compilation.shards()).as("decisions need a tree without errors").isNotEmpty();
    Walk walk = Walk.of(compilation.mesh(), compilation.shards());
    for (TestCase one : test.cases()) {
      assertThat(walk.answer(one.asked()))
          .as(one.name())
          .isInstanceOfSatisfying(
              Outcome.Answered.class,
              answered -> {
                assertThat(answered.decision()).as(one.name()).isEqualTo(one.expected().decision());
                text.append(one.name())
                    .append(": ")
                    .append(answered.decision().word())
                    .append(
                        answered
                            .journey()
                            .decisive()
                            .map(hop -> " by " + hop.proxy().label())
                            .orElse(" by nobody"))
                    .append('\n');
              });
    }
  }

  @Test
  void every_trap_has_its_folder() {
    assertThat(traps().stream().map(TrapsTest::number))
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, TRAPS).mapToObj("T%02d"::formatted).toList());
  }

  @ParameterizedTest
  @MethodSource("traps")
  void a_trap_says_how_it_is_fallen_into_and_has_no_unused_file(Path trap) throws IOException {
    try (Stream<Path> files = Files.list(trap)) {
      List<String> names = files.map(file -> file.getFileName().toString()).toList();
      assertThat(FILES).containsAll(names);
      assertThat(names).contains("policy.yaml", EXPECTED);
    }
    assertThat(Files.readString(trap.resolve("policy.yaml"))).startsWith("# Naive: ");
  }

  static List<Path> traps() {
    try (Stream<Path> folders = Files.list(FOLDER)) {
      return folders.sorted().toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static String number(Path trap) {
    return trap.getFileName().toString().substring(0, 3);
  }
}
