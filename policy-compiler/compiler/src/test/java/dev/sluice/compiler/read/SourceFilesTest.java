package dev.sluice.compiler.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.source.SourceFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which files are read, by which name, and what is said about those that are not.
class SourceFilesTest {

  @TempDir Path folder;
  private Path root;

  /// Names and findings of one loading; the temporary folder is written as `T`.
  private record Loaded(List<String> names, List<String> findings) {}

  @BeforeEach
  void tree() throws IOException {
    root = Files.createDirectory(folder.resolve("tree"));
  }

  private Loaded load(String... inputs) {
    return load(InputStream.nullInputStream(), inputs);
  }

  private Loaded load(InputStream stdin, String... inputs) {
    var findings = new Diagnostics();
    List<SourceFile> files = SourceFiles.load(Arrays.asList(inputs), stdin, findings).files();
    return new Loaded(
        files.stream().map(file -> relative(file.path())).toList(),
        findings.sorted().stream().map(this::shown).toList());
  }

  private String relative(String path) {
    return path.replace(folder.toString(), "T");
  }

  private String shown(Diagnostic finding) {
    return finding.code().id()
        + " "
        + relative(finding.span().file())
        + " "
        + finding.text().message();
  }

  private Path write(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "name: " + name + "\n");
  }

  private Path link(String name, Path target) throws IOException {
    Path link = folder.resolve(name);
    Files.createDirectories(link.getParent());
    return Files.createSymbolicLink(link, target);
  }

  @Test
  void yaml_and_json_of_a_directory_are_read_in_path_order() throws IOException {
    for (String name : List.of("b.yaml", "a/c.yml", "a/b/d.json", "A.YAML", "z.txt", "README")) {
      write("tree/" + name);
    }

    Loaded loaded = load(root.toString());

    assertThat(loaded.names())
        .containsExactly("T/tree/A.YAML", "T/tree/a/b/d.json", "T/tree/a/c.yml", "T/tree/b.yaml");
    assertThat(loaded.findings()).isEmpty();
  }

  @Test
  void hidden_files_and_directories_are_left_out_unless_named() throws IOException {
    write("tree/a.yaml");
    write("tree/.hidden.yaml");
    write("tree/.github/workflow.yaml");
    Path hidden = root.resolve(".github");

    assertThat(load(root.toString()).names()).containsExactly("T/tree/a.yaml");
    assertThat(load(hidden.toString()).names()).containsExactly("T/tree/.github/workflow.yaml");
  }

  @Test
  void a_file_that_is_named_is_read_whatever_its_name() throws IOException {
    assertThat(load(write("tree/policy.txt").toString()).names())
        .containsExactly("T/tree/policy.txt");
  }

  @Test
  void a_directory_without_yaml_is_a_finding() throws IOException {
    write("tree/README.md");
    write("tree/.hidden/a.yaml");

    assertThat(load(root.toString()).findings())
        .containsExactly("SLU1020 T/tree directory holds no `.yaml`, `.yml` or `.json` file");
  }

  @Test
  void a_path_that_does_not_exist_is_a_finding() {
    assertThat(
            load(root.resolve("none.yaml").toString(), root.resolve("../x").toString()).findings())
        .containsExactly(
            "SLU1001 T/tree/none.yaml no such file or directory",
            "SLU1001 T/x no such file or directory");
  }

  @Test
  void a_link_out_of_the_tree_is_refused() throws IOException {
    write("tree/a.yaml");
    link("tree/out.yaml", write("secret.yaml"));
    link("tree/up.yaml", Path.of("../secret.yaml"));
    link("tree/dir", Files.createDirectory(folder.resolve("elsewhere")));

    Loaded loaded = load(root.toString());

    assertThat(loaded.names()).containsExactly("T/tree/a.yaml");
    assertThat(loaded.findings())
        .containsExactly(
            "SLU1001 T/tree/dir symbolic link leads out of the tree",
            "SLU1001 T/tree/out.yaml symbolic link leads out of the tree",
            "SLU1001 T/tree/up.yaml symbolic link leads out of the tree");
  }

  @Test
  void a_directory_whose_name_starts_like_the_tree_is_out_of_the_tree() throws IOException {
    link("tree/a.yaml", write("tree-of-others/a.yaml"));

    assertThat(load(root.toString()).findings())
        .containsExactly("SLU1001 T/tree/a.yaml symbolic link leads out of the tree");
  }

  @Test
  void a_link_inside_the_tree_is_followed_and_its_file_read_once() throws IOException {
    write("tree/a/real.yaml");
    link("tree/again.yaml", Path.of("a/real.yaml"));
    link("tree/b", Path.of("a"));
    write("tree/.data/c.yaml");
    link("tree/c.yaml", Path.of(".data/c.yaml"));

    Loaded loaded = load(root.toString());

    assertThat(loaded.names()).containsExactly("T/tree/a/real.yaml", "T/tree/c.yaml");
    assertThat(loaded.findings()).isEmpty();
  }

  @Test
  void links_that_lead_nowhere_in_circles_or_to_hidden_directories_are_findings()
      throws IOException {
    link("tree/gone.yaml", Path.of("nothing"));
    link("tree/loop.yaml", Path.of("loop.yaml"));
    write("tree/.data/c.yaml");
    link("tree/data", Path.of(".data"));

    assertThat(load(root.toString()).findings())
        .containsExactly(
            "SLU1001 T/tree/data symbolic link leads to a hidden directory",
            "SLU1001 T/tree/gone.yaml symbolic link leads nowhere",
            "SLU1001 T/tree/loop.yaml symbolic link leads nowhere");
  }

  @Test
  void a_link_to_a_directory_that_is_named_is_walked() throws IOException {
    write("tree/a.yaml");
    Path current = link("current", root);

    assertThat(load(current.toString()).names()).containsExactly("T/current/a.yaml");
  }

  @Test
  void a_file_that_is_reached_twice_is_read_once() throws IOException {
    Path file = write("tree/a.yaml");

    Loaded loaded =
        load(root.toString(), file.toString(), root.resolve("../tree/./a.yaml").toString());

    assertThat(loaded.names()).containsExactly("T/tree/a.yaml");
  }

  @Test
  void two_files_that_come_to_one_name_are_both_read() throws IOException {
    Path one = write("tree/a.yaml");
    write("far/a.yaml");
    Path link = link("link", Files.createDirectory(folder.resolve("far/inner")));

    Loaded loaded =
        load(
            one.toString(),
            link.resolve("../a.yaml").toString(),
            folder.resolve("a.yaml").toString());

    assertThat(loaded.names()).containsExactly("T/a.yaml", "T/tree/a.yaml");
    assertThat(loaded.findings()).containsExactly("SLU1001 T/a.yaml no such file or directory");
  }

  @Test
  void what_is_no_regular_file_is_a_finding_in_a_directory() throws Exception {
    write("tree/a.yaml");
    assertThat(new ProcessBuilder("mkfifo", root.resolve("pipe.yaml").toString()).start().waitFor())
        .isZero();

    Loaded loaded = load(root.toString());

    assertThat(loaded.names()).containsExactly("T/tree/a.yaml");
    assertThat(loaded.findings()).containsExactly("SLU1001 T/tree/pipe.yaml not a regular file");
  }

  @Test
  void a_directory_that_cannot_be_read_as_a_file_is_a_finding() {
    var findings = new Diagnostics();

    SourceFiles.loadFile(root, findings);

    assertThat(findings.codes()).containsExactly(Code.FILE_UNREADABLE);
  }

  @Test
  void standard_input_is_read_once_and_named() {
    var stdin = new ByteArrayInputStream("a: b\n".getBytes(UTF_8));

    assertThat(load(stdin, "-", "-").names()).containsExactly("<stdin>");
  }

  @Test
  void standard_input_that_breaks_is_a_finding() {
    var broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("pipe broke");
          }

          @Override
          public int read(byte[] into, int from, int length) throws IOException {
            throw new IOException("pipe broke");
          }
        };

    assertThat(load(broken, "-").findings())
        .containsExactly("SLU1001 <stdin> cannot read standard input: pipe broke");
  }

  @Test
  void more_than_the_limit_of_all_files_is_refused() throws IOException {
    for (int i = 0; i < 258; i++) {
      try (var file = new java.io.RandomAccessFile(root.resolve(i + ".yaml").toFile(), "rw")) {
        file.setLength(1 << 20);
      }
    }

    Loaded loaded = load(root.toString());

    assertThat(loaded.findings()).hasSize(1).first().asString().startsWith("SLU1002 T/tree/");
    assertThat(loaded.names()).hasSize(256);
  }
}
