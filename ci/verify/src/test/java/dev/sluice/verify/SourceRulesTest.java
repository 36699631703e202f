package dev.sluice.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SourceRulesTest {
  private static final int MAX_FILE_LINES = 400;
  private static final int MAX_METHOD_LINES = 40;
  private static final int MAX_PARAMETERS = 5;

  /// Assembled from halves so that this file does not match itself.
  private static final Pattern UNFINISHED =
      Pattern.compile(String.join("|", "\\bTO" + "DO\\b", "\\bFIX" + "ME\\b", "@Dis" + "abled\\b"));

  private static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("sluice.root")));
  private static final List<SourceScan> SOURCES = scanAll();

  @Test
  void no_file_is_longer_than_400_lines() {
    assertThat(longFiles(SOURCES)).isEmpty();
  }

  @Test
  void no_method_is_longer_than_40_lines() {
    assertThat(longMethods(SOURCES)).isEmpty();
  }

  @Test
  void no_method_takes_more_than_5_parameters() {
    assertThat(wideMethods(SOURCES)).isEmpty();
  }

  @Test
  void no_method_that_others_call_takes_a_flag() {
    assertThat(flagMethods(SOURCES)).isEmpty();
  }

  @Test
  void nothing_is_left_for_later_and_no_test_is_switched_off() {
    assertThat(unfinished(javaFiles())).isEmpty();
  }

  @Test
  void the_scan_sees_the_code() {
    assertThat(SOURCES).hasSizeGreaterThan(50);
    assertThat(SOURCES.stream().mapToInt(s -> s.methods().size()).sum()).isGreaterThan(200);
    assertThat(SOURCES).extracting(SourceScan::file).anyMatch(f -> f.endsWith("SourceScan.java"));
  }

  @Test
  void each_rule_catches_what_it_is_for() {
    String body = "    int a;\n".repeat(MAX_METHOD_LINES - 1);
    SourceScan fits = SourceScan.of("Fits", "class A {\n  void f() {\n" + cut(body) + "  }\n}\n");
    SourceScan tooLong = SourceScan.of("Long", "class A {\n  void f() {\n" + body + "  }\n}\n");
    SourceScan wide =
        SourceScan.of("Wide", "class A { void f(int a, int b, int c, int d, int e, int f) {} }");
    SourceScan flag = SourceScan.of("Flag", "class A { void f(boolean on) {} }");
    SourceScan table =
        SourceScan.of("Table", "class A { @ParameterizedTest void f(boolean on) {} }");
    SourceScan huge = SourceScan.of("Huge", "\n".repeat(MAX_FILE_LINES) + "class A {}\n");

    List<SourceScan> all = List.of(fits, tooLong, wide, flag, table, huge);
    assertThat(longMethods(all)).containsExactly("Long:2 f has 41 lines");
    assertThat(wideMethods(all)).containsExactly("Wide:1 f has 6 parameters");
    assertThat(flagMethods(all)).containsExactly("Flag:1 f takes a boolean");
    assertThat(longFiles(all)).containsExactly("Huge has 401 lines");
    assertThat(UNFINISHED.matcher("// TO" + "DO later").find()).isTrue();
  }

  private static String cut(String body) {
    return body.substring(body.indexOf('\n') + 1);
  }

  private static List<String> longFiles(List<SourceScan> sources) {
    return sources.stream()
        .filter(s -> s.lines() > MAX_FILE_LINES)
        .map(s -> s.file() + " has " + s.lines() + " lines")
        .toList();
  }

  private static List<String> longMethods(List<SourceScan> sources) {
    return findings(
        sources, m -> m.lines() > MAX_METHOD_LINES ? " has " + m.lines() + " lines" : "");
  }

  private static List<String> wideMethods(List<SourceScan> sources) {
    return findings(
        sources,
        m -> m.parameters() > MAX_PARAMETERS ? " has " + m.parameters() + " parameters" : "");
  }

  private static List<String> flagMethods(List<SourceScan> sources) {
    return findings(sources, m -> m.hasFlagParameter() ? " takes a boolean" : "");
  }

  private interface Rule {
    String problem(SourceScan.Method method);
  }

  private static List<String> findings(List<SourceScan> sources, Rule rule) {
    return sources.stream()
        .flatMap(source ->
            source.methods().stream()
                .filter(m -> !rule.problem(m).isEmpty())
                .map(m -> source.file() + ":" + m.line() + " " + m.name() + rule.problem(m)))
        .toList();
  }

  private static List<String> unfinished(List<Path> files) {
    return files.stream()
        .flatMap(file -> {
          List<String> lines = read(file).lines().toList();
          return IntStream.range(0, lines.size())
              .filter(i -> UNFINISHED.matcher(lines.get(i)).find())
              .mapToObj(i -> ROOT.relativize(file) + ":" + (i + 1));
        })
        .toList();
  }

  private static List<SourceScan> scanAll() {
    return javaFiles().stream()
        .map(file -> SourceScan.of(ROOT.relativize(file).toString(), read(file)))
        .toList();
  }

  private static List<Path> javaFiles() {
    Path target = Path.of("target");
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(f -> f.toString().endsWith(".java"))
          .filter(f -> !contains(ROOT.relativize(f), target))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean contains(Path path, Path name) {
    return IntStream.range(0, path.getNameCount()).anyMatch(i -> path.getName(i).equals(name));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
