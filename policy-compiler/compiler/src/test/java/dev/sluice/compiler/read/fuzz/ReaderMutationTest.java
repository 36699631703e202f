package dev.sluice.compiler.read.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.ReadTree;
import dev.sluice.compiler.read.TreeReader;
import dev.sluice.compiler.read.fuzz.ReaderTarget.Outcome;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reads mutations of the fuzz corpus, always the same ones.
///
/// `-Dsluice.fuzz.files=N` and `-Dsluice.fuzz.seed=N` ask for others, and more.
class ReaderMutationTest {

  private static final int FILES = Integer.getInteger("sluice.fuzz.files", 20_000);
  private static final long SEED = Long.getLong("sluice.fuzz.seed", 1);

  @Test
  void no_mutation_is_read_differently_by_a_cluster() {
    var mutator = new Mutator(new SplittableRandom(SEED), Seeds.files());
    int accepted = 0;
    for (int i = 0; i < FILES; i++) {
      byte[] file = mutator.next();
      try {
        accepted += ReaderTarget.check(file) == Outcome.ACCEPTED ? 1 : 0;
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "file "
                + i
                + " of seed "
                + SEED
                + ":\n"
                + new String(file, UTF_8)
                + "\n"
                + HexFormat.of().formatHex(file),
            e);
      }
    }
    // a fuzzer that is always refused compares nothing
    assertThat(accepted).isGreaterThan(FILES / 20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{a: \"1\"}",
        "{a: 2}",
        "{a: [1]}",
        "{a: 1, b: 1}",
        "{b: 1}",
        "{}",
        "{a: }",
        "{a: true}",
        "{a: {}}"
      })
  void a_difference_would_be_noticed(String other) {
    String head = "apiVersion: v1\nkind: A\nx: ";
    var findings = new Diagnostics();
    var file = new SourceFile("a.yaml", (head + "{a: 1}\n").getBytes(UTF_8));
    ReadTree here = TreeReader.read(new SourceTree(List.of(file)), findings);

    ReaderTarget.compare(here.documents(), head + "{a: 0x1}\n");
    assertThatThrownBy(() -> ReaderTarget.compare(here.documents(), head + other + "\n"))
        .isInstanceOf(AssertionError.class);
  }
}
