package dev.sluice.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.FindingDoc;
import dev.sluice.compiler.diagnostic.FindingDoc.Block;
import dev.sluice.compiler.diagnostic.FindingDoc.Section;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.validate.SettingsReader;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Compiles the example and the repair of every documented code.
class FindingExamplesTest {
  /// What depends on a disk, on a size or on a defect cannot be shown in a small file.
  private static final Set<Code> SHOWN_AS_A_SESSION =
      EnumSet.of(
          Code.FILE_UNREADABLE,
          Code.TOO_LARGE,
          Code.READERS_DISAGREE,
          Code.TOO_MANY_PROBLEMS,
          Code.NO_FILES,
          Code.RAW_KUSTOMIZATION,
          Code.SIGNING_FAILED,
          Code.BASELINE_STALE);

  private static final LocalDate TODAY = LocalDate.parse("2026-03-01");

  /// No file has them yet. A code leaves this list with the check that reports it.
  private static final Set<Code> RESERVED = EnumSet.of(Code.NOT_IN_CUSTOM);

  /// Characters that a page must not contain are written as `<U+202E>`.
  private static final Pattern WRITTEN_OUT = Pattern.compile("<U\\+([0-9A-F]{4,6})>");

  static Stream<Code> compiled() {
    return Arrays.stream(Code.values()).filter(code -> !SHOWN_AS_A_SESSION.contains(code));
  }

  @ParameterizedTest
  @MethodSource("compiled")
  void an_example_has_the_finding_and_no_other_error(Code code) {
    List<Diagnostic> findings = compile(FindingDoc.of(code).example());

    if (RESERVED.contains(code)) {
      assertThat(findings).as("it is reported now").noneMatch(f -> f.code() == code);
    } else {
      assertThat(findings).as("findings").anyMatch(f -> f.code() == code);
      assertThat(findings)
          .as("other errors")
          .noneMatch(f -> f.code() != code && f.severity() == Severity.ERROR);
    }
  }

  @ParameterizedTest
  @MethodSource("compiled")
  void a_repaired_example_has_no_error_and_not_the_finding(Code code) {
    assertThat(compile(FindingDoc.of(code).fix()))
        .noneMatch(f -> f.severity() == Severity.ERROR)
        .noneMatch(f -> f.code() == code && f.suppressed() == null);
  }

  @Test
  void only_what_no_file_can_show_is_shown_as_a_session() {
    assertThat(Arrays.stream(Code.values()).map(FindingDoc::of))
        .allSatisfy(doc ->
            assertThat(doc.example().blocks().stream().anyMatch(b -> b.info().equals("console")))
                .as(doc.code().id())
                .isEqualTo(SHOWN_AS_A_SESSION.contains(doc.code())));
  }

  private static List<Diagnostic> compile(Section section) {
    var problems = new Diagnostics();
    var files = new ArrayList<SourceFile>();
    Optional<MeshSettings> settings = Optional.of(MeshSettings.defaults());
    for (Block block : section.blocks()) {
      var file = new SourceFile("policy.yaml", text(block).getBytes(UTF_8));
      switch (block.info()) {
        case "yaml" -> files.add(file);
        case "yaml shop" -> {
          files.add(file);
          files.add(new SourceFile("shop.yaml", FindingDoc.shop().getBytes(UTF_8)));
        }
        case "yaml sluice.yaml" -> settings = SettingsReader.read(file, problems);
        default -> throw new AssertionError("no such block: " + block.info());
      }
    }
    return settings
        .map(known -> Compiler.compile(new SourceTree(files), known, problems, TODAY).findings())
        .orElseGet(problems::sorted);
  }

  private static String text(Block block) {
    String text = String.join("\n", block.lines()) + "\n";
    Matcher matcher = WRITTEN_OUT.matcher(text);
    var plain = new StringBuilder();
    while (matcher.find()) {
      matcher.appendReplacement(plain, Character.toString(Integer.parseInt(matcher.group(1), 16)));
    }
    return matcher.appendTail(plain).toString();
  }
}
