package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.cli.Run.Setting;
import dev.sluice.schemas.Schemas;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `sluice replay`.
class ReplayTest {

  static final String LOG = "src/test/resources/logs/shop.log";

  @TempDir Path folder;

  @Test
  void the_policies_of_the_time_of_the_log_change_nothing() {
    Run run = Run.of("replay", LOG, "--against", Trees.SHOP, "--recorded-with", Trees.SHOP);

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    Golden.assertSame("replay-same.txt", run.out());
  }

  @Test
  void without_them_what_depends_on_tokens_is_open() {
    JsonNode json = Run.of("replay", LOG, "--against", Trees.SHOP, "--output", "json").json();

    OutputSchema.assertFits(Schemas.REPLAY_OUTPUT, json);
    assertThat(json.path("changes")).isEmpty();
    assertThat(json.at("/summary/open").asInt()).isPositive();
    assertThat(json.path("open").findValuesAsText("why"))
        .anySatisfy(why -> assertThat(why).contains("the token"));
  }

  @Test
  void requests_that_would_be_refused_are_listed_with_their_number() throws IOException {
    String tree = edited("policies/orders-read.yaml", "              - /orders/*\n", "");

    Run run = Run.of("replay", LOG, "--against", tree, "--recorded-with", Trees.SHOP);
    JsonNode json =
        Run.of("replay", LOG, "--against", tree, "--recorded-with", Trees.SHOP, "--output", "json")
            .json();

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("newly refused").contains("GET /orders/7");
    OutputSchema.assertFits(Schemas.REPLAY_OUTPUT, json);
    assertThat(json.at("/summary/newlyRefused").asInt()).isEqualTo(4);
    assertThat(json.at("/summary/newlyAllowed").asInt()).isZero();
    assertThat(json.path("changes").findValuesAsText("path"))
        .containsExactly("/orders/7", "/orders/8", "/orders/9", "/orders/10");
    assertThat(json.at("/changes/0/before/by").asText())
        .isEqualTo("AuthorizationPolicy shop/orders-read");
    assertThat(json.at("/changes/0/after/decision").asText()).isEqualTo("deny");
  }

  @Test
  void requests_that_would_be_let_in_are_listed_too() throws IOException {
    String tree = edited("policies/catalog-not-platform.yaml", "- platform", "- nobody");

    JsonNode json = Run.of("replay", LOG, "--against", tree, "--output", "json").json();

    assertThat(json.at("/summary/newlyAllowed").asInt()).isEqualTo(1);
    assertThat(json.at("/changes/0/case/from/principal").asText())
        .isEqualTo("cluster.local/ns/platform/sa/metrics");
    assertThat(json.at("/changes/0/case/to/workload").asText()).isEqualTo("shop/catalog");
  }

  @Test
  void every_line_is_accounted_for() {
    JsonNode json = Run.of("replay", LOG, "--against", Trees.SHOP, "--output", "json").json();

    Map<String, Integer> left = new HashMap<>();
    json.path("left")
        .forEach(row -> left.put(row.path("reason").asText(), row.path("count").asInt()));
    assertThat(left)
        .isEqualTo(
            Map.of(
                "unreadable", 2,
                "empty", 1,
                "other_scope", 1,
                "outbound", 1,
                "relayed", 1,
                "undecided", 1,
                "unknown_name", 1));
    JsonNode summary = json.path("summary");
    int changed = summary.path("newlyRefused").asInt() + summary.path("newlyAllowed").asInt();
    assertThat(summary.path("used").asInt())
        .isEqualTo(changed + summary.path("unchanged").asInt() + summary.path("open").asInt());
    assertThat(summary.path("lines").asInt())
        .isEqualTo(
            summary.path("used").asInt()
                + left.values().stream().mapToInt(Integer::intValue).sum());
    assertThat(json.path("unknownNames").properties()).hasSize(1);
  }

  @Test
  void gzip_and_standard_input_are_read_alike() throws IOException {
    Path gzip = folder.resolve("shop.log.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzip))) {
      Files.copy(Path.of(LOG), out);
    }
    String plain = Run.of("replay", LOG, "--against", Trees.SHOP).out();

    assertThat(Run.of("replay", gzip.toString(), "--against", Trees.SHOP).out()).isEqualTo(plain);
    assertThat(
            Setting.plain()
                .withStdin(Files.readString(Path.of(LOG)))
                .run("replay", "-", "--against", Trees.SHOP)
                .out())
        .isEqualTo(plain);
  }

  @Test
  void a_log_without_evidence_is_no_success() {
    Run run = Setting.plain().withStdin("nothing\n").run("replay", "-", "--against", Trees.SHOP);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("nothing was replayed");
  }

  @Test
  void a_log_that_cannot_be_read_is_no_success() {
    Run run = Run.of("replay", "no-such.log", "--against", Trees.SHOP);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("cannot read `no-such.log`");
  }

  @Test
  void policies_with_errors_decide_nothing() {
    Run run =
        Run.of("replay", LOG, "--against", Trees.write(folder, Trees.WORKLOAD, Trees.MISSPELT));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("SLU1103");
  }

  /// A copy of the shop with one edit.
  private String edited(String file, String from, String to) throws IOException {
    Path shop = Path.of(Trees.SHOP);
    try (Stream<Path> paths = Files.walk(shop)) {
      for (Path path : paths.toList()) {
        Path target = folder.resolve(shop.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else if (path.toString().endsWith(".yaml")) {
          Files.copy(path, target);
        }
      }
    }
    Path policy = folder.resolve(file);
    String text = Files.readString(policy);
    assertThat(text).contains(from);
    Files.writeString(policy, text.replace(from, to));
    return folder.toString();
  }
}
