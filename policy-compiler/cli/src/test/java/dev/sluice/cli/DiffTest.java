package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.schemas.Schemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffTest {
  @TempDir Path folder;

  /// A copy of the example in which one text of one file is another.
  private String edited(String file, String text, String replacement) throws IOException {
    Path copy = folder.resolve("shop");
    if (!Files.exists(copy)) {
      copy(Path.of(Trees.SHOP), copy);
    }
    Path target = copy.resolve(file);
    String old = Files.readString(target);
    assertThat(old).contains(text);
    Files.writeString(target, old.replace(text, replacement));
    return copy.toString();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }

  private String tidy(String text) {
    return text.replace(folder.toString(), "NEW");
  }

  private void git(String... arguments) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(List.of("git", "-c", "user.name=a", "-c", "user.email=a@b.example"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.resolve("shop").toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void who_gains_and_who_loses_is_told_with_the_reason_and_a_request() throws Exception {
    edited("policies/orders-read.yaml", "GET", "POST");
    String now = edited("policies/catalog-not-platform.yaml", "platform", "ops");

    Run text = Run.of("diff", Trees.SHOP, now);
    Run data = Run.of("diff", Trees.SHOP, now, "--output", "json");

    Run comment = Run.of("diff", Trees.SHOP, now, "--output", "markdown");

    assertThat(text.code()).as(text.err()).isZero();
    Golden.assertSame("diff-shop.md", tidy(comment.out()));
    Golden.assertSame("diff-shop.txt", tidy(text.out()));
    OutputSchema.assertFits(Schemas.DIFF_OUTPUT, data.json());
    Golden.assertSame("diff-shop.json", tidy(data.out()));
  }

  @Test
  void a_witness_is_a_policy_test_that_passes_on_the_new_and_fails_on_the_old() throws Exception {
    String now = edited("policies/orders-read.yaml", "GET", "POST");
    JsonNode changes = Run.of("diff", Trees.SHOP, now, "--output", "json").json().path("changes");
    ObjectNode test = new JsonMapper().createObjectNode();
    test.put("apiVersion", "sluice.dev/v1").put("kind", "PolicyTest");
    test.putObject("metadata").put("name", "witnesses").put("namespace", "shop");
    var cases = test.putObject("spec").putArray("cases");
    for (JsonNode change : changes) {
      ObjectNode witness = (ObjectNode) change.path("witness");
      cases.add(witness.put("name", "witness " + cases.size()));
    }
    Path file = folder.resolve("witnesses.json");
    Files.writeString(file, test.toString());

    Run onNew = Run.of("test", now, file.toString(), "--output", "json");
    Run onOld = Run.of("test", Trees.SHOP, file.toString(), "--output", "json");

    assertThat(cases).isNotEmpty();
    assertThat(statuses(onNew)).hasSize(cases.size()).containsOnly("pass");
    assertThat(statuses(onOld)).hasSize(cases.size()).containsOnly("fail");
  }

  private static List<String> statuses(Run run) {
    var statuses = new ArrayList<String>();
    for (JsonNode result : run.json().path("cases")) {
      if (result.path("test").asText().equals("shop/witnesses")) {
        statuses.add(result.path("status").asText());
      }
    }
    return statuses;
  }

  @Test
  void a_widening_fails_only_when_it_is_forbidden() throws Exception {
    String now = edited("policies/catalog-not-platform.yaml", "platform", "ops");

    assertThat(Run.of("diff", Trees.SHOP, now).code()).isZero();
    assertThat(Run.of("diff", Trees.SHOP, now, "--forbid-widening").code()).isEqualTo(1);
    assertThat(Run.of("diff", Trees.SHOP, Trees.SHOP, "--forbid-widening").code()).isZero();
  }

  @Test
  void git_revisions_are_compared_with_each_other_and_with_the_work_tree() throws Exception {
    String now = edited("policies/orders-read.yaml", "name: orders-read", "name: orders-read");
    git("init", "-q");
    git("add", "-A");
    git("commit", "-q", "-m", "one");
    edited("policies/orders-read.yaml", "GET", "POST");
    Run uncommitted = Run.of("diff", "HEAD", now, "--output", "json");
    git("commit", "-q", "-a", "-m", "two");
    Run committed = Run.of("diff", "HEAD~1", now, "--output", "json");
    Run here = Run.of("diff", "HEAD:.", now);
    Run nowhere = Run.of("diff", "HEAD:nowhere", now);

    assertThat(uncommitted.code()).as(uncommitted.err()).isZero();
    assertThat(uncommitted.json().at("/summary/widening").asInt()).isPositive();
    assertThat(committed.json().path("changes")).isEqualTo(uncommitted.json().path("changes"));
    assertThat(committed.json().at("/changes/0/because/0/file").asText("")).doesNotContain(now);
    assertThat(here.out()).contains("0 widening, 0 narrowing, 0 neutral");
    assertThat(nowhere.code()).isEqualTo(3);
    assertThat(nowhere.err()).contains("no YAML or JSON file under `nowhere/`");
  }

  @Test
  void what_is_neither_directory_nor_revision_is_refused() throws Exception {
    String now = edited("policies/orders-read.yaml", "GET", "GET");
    git("init", "-q");

    for (String wrong : List.of("no-such-thing", "--", "HEAD", "-x")) {
      Run run = Run.of("diff", "--", wrong, now);
      assertThat(run.code()).as(wrong).isEqualTo(3);
      assertThat(run.err()).contains("cannot read `" + wrong + "`");
    }
  }

  @Test
  void a_bundle_is_compared_on_the_topology_of_the_other_side() throws Exception {
    String keys = folder.resolve("keys").toString();
    String bundle = folder.resolve("bundle").toString();
    assertThat(Run.of("keys", "init", keys).code()).isZero();
    assertThat(Run.of("build", Trees.SHOP, "--keys", keys, "--out", bundle).code()).isZero();
    String now = edited("policies/catalog-not-platform.yaml", "platform", "ops");

    Run same = Run.of("diff", bundle, Trees.SHOP);
    Run changed = Run.of("diff", bundle, now, "--output", "json");
    Run alone = Run.of("diff", bundle, bundle);

    assertThat(same.out()).contains("0 widening, 0 narrowing, 0 neutral", "both mean the same");
    assertThat(changed.code()).isZero();
    assertThat(changed.json().at("/summary/widening").asInt()).isPositive();
    assertThat(alone.code()).isEqualTo(2);
    assertThat(alone.err()).contains("--mesh");
  }

  @Test
  void a_revision_with_errors_is_not_compared() {
    String broken = Trees.write(folder, Trees.WORKLOAD, Trees.MISSPELT);

    Run run = Run.of("diff", Trees.SHOP, broken);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("SLU1103");
  }
}
