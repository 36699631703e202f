package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.cli.Run.Setting;
import dev.sluice.schemas.Schemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Findings that were accepted: by annotation, by path and by baseline.
class SuppressionTest {
  @TempDir Path folder;

  private static String accepted(String code, String reason) {
    return Trees.LOOSE.replace(
        "  namespace: shop\n",
        "  namespace: shop\n  annotations: {sluice.dev/ignore." + code + ": \"" + reason + "\"}\n");
  }

  private static JsonNode check(String policy) {
    return Setting.plain()
        .withStdin(Trees.WORKLOAD + "---\n" + policy)
        .run("check", "-", "--output", "json")
        .json();
  }

  private static List<String> codes(JsonNode report) {
    return report.path("findings").findValuesAsText("code");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "until=2026-03-01 we own the prefix",
        "we own the prefix until=2026-03-01",
        "until=2030-01-01 we own the prefix"
      })
  void an_acceptance_holds_through_its_last_day(String reason) {
    JsonNode report = check(accepted("SLU1231", reason));

    assertThat(codes(report)).containsExactly("SLU1231");
    assertThat(report.at("/findings/0/suppressed").asText()).isEqualTo("we own the prefix");
    assertThat(report.at("/findings/0/suppressedBy").asText()).isEqualTo("annotation");
  }

  @Test
  void an_acceptance_that_ended_lets_the_warning_count_and_is_one_itself() {
    Setting nextDay =
        Setting.plain()
            .at(Instant.parse("2026-03-02T00:00:00Z"))
            .withStdin(
                Trees.WORKLOAD + "---\n" + accepted("SLU1231", "until=2026-03-01 we own it"));
    Run run = nextDay.run("check", "-", "--output", "json", "--fail-on", "warning");

    assertThat(run.code()).isEqualTo(1);
    assertThat(codes(run.json())).containsExactly("SLU1300", "SLU1231");
    assertThat(run.json().at("/summary/warnings").asInt()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "SLU1231, ''",
    "SLU1231, until=2026-03-01",
    "SLU1231, because until=2026-02-30",
    "SLU1231, because until=soon",
    "SLU1231, one until=2026-03-01 two",
    "SLU1231, until=2026-03-01 two until=2026-03-02",
    "SLU9999, no such code",
    "SLU1103, an error"
  })
  void an_acceptance_that_cannot_hold_is_an_error(String code, String reason) {
    assertThat(codes(check(accepted(code, reason)))).contains("SLU1234");
  }

  @Test
  void an_acceptance_of_what_does_not_occur_is_noted_and_does_not_count() {
    Run run =
        Setting.plain()
            .withStdin(Trees.WORKLOAD + "---\n" + accepted("SLU1232", "never"))
            .run("check", "-", "--output", "json");

    assertThat(codes(run.json())).containsExactlyInAnyOrder("SLU1301", "SLU1231");
    assertThat(run.json().at("/summary/warnings").asInt()).isEqualTo(1);
    assertThat(run.code()).isZero();
  }

  private Path settings(String suppression) throws IOException {
    return Files.writeString(
        Files.createDirectories(folder.resolve("tree")).resolve("sluice.yaml"),
        "apiVersion: sluice.dev/v1\nkind: MeshSettings\nsuppressions:\n- " + suppression + "\n");
  }

  private JsonNode checkTree() {
    Trees.write(folder.resolve("tree/old/shop"), Trees.WORKLOAD, Trees.LOOSE);
    return Run.of("check", folder.resolve("tree").toString(), "--output", "json").json();
  }

  @ParameterizedTest
  @ValueSource(strings = {"old/**", "**/policies.yaml", "old/s*p/*.yaml", "old/sh?p/**/*", "**"})
  void settings_accept_by_path(String glob) throws IOException {
    settings("{paths: ['" + glob + "'], codes: [SLU1231], reason: inherited}");
    JsonNode report = checkTree();

    assertThat(codes(report)).containsExactly("SLU1231");
    assertThat(report.at("/findings/0/suppressedBy").asText()).isEqualTo("settings");
    assertThat(report.at("/findings/0/suppressed").asText()).isEqualTo("inherited");
  }

  @ParameterizedTest
  @ValueSource(strings = {"old", "old/*", "new/**", "policies.yaml", "ol?/shop", "*"})
  void settings_accept_nothing_beside_the_path(String glob) throws IOException {
    settings("{paths: ['" + glob + "'], codes: [SLU1231], reason: inherited}");

    assertThat(checkTree().at("/findings/0/suppressed").isNull()).isTrue();
  }

  @Test
  void settings_accept_up_to_a_day() throws IOException {
    settings("{paths: ['**'], codes: [SLU1231], reason: inherited, until: '2026-02-28'}");

    assertThat(codes(checkTree())).containsExactlyInAnyOrder("SLU1231", "SLU1300");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{paths: ['**'], codes: [SLU1103], reason: an error}",
        "{paths: ['**'], codes: [SLU9999], reason: no code}",
        "{paths: ['**'], codes: [SLU1231], reason: ' '}",
        "{paths: ['**'], codes: [SLU1231]}",
        "{paths: [], codes: [SLU1231], reason: x}",
        "{paths: ['**'], codes: [SLU1231], reason: x, until: '2026-02-30'}"
      })
  void settings_that_accept_what_they_must_not_stop_everything(String entry) throws IOException {
    settings(entry);
    Trees.write(folder.resolve("tree"), Trees.WORKLOAD, Trees.SOUND);

    assertThat(Run.of("check", folder.resolve("tree").toString()).code()).isEqualTo(2);
  }

  @Test
  void a_baseline_accepts_what_was_there_and_nothing_new() throws IOException {
    String tree = Trees.write(folder.resolve("tree"), Trees.WORKLOAD, Trees.LOOSE);
    String baseline = folder.resolve("baseline.json").toString();
    String[] check = {"check", tree, "--baseline", baseline, "--fail-on=warning", "--output=json"};

    Run first =
        Run.of("check", tree, "--baseline", baseline, "--update-baseline", "--fail-on=warning");
    Run again = Run.of(check);
    Trees.write(
        folder.resolve("tree"),
        "# moved\n" + Trees.WORKLOAD,
        Trees.LOOSE,
        Trees.LOOSE.replace("api-callers", "more").replace("sa/web*", "sa/batch*"));
    Run more = Run.of(check);

    assertThat(first.code()).as(first.out() + first.err()).isZero();
    OutputSchema.assertFits(
        Schemas.BASELINE, new JsonMapper().readTree(Files.readString(Path.of(baseline))));
    assertThat(again.code()).isZero();
    assertThat(again.json().at("/findings/0/suppressedBy").asText()).isEqualTo("baseline");
    assertThat(again.json().at("/summary/suppressed").asInt()).isEqualTo(1);
    assertThat(more.code()).isEqualTo(1);
    assertThat(more.json().at("/summary/warnings").asInt()).isEqualTo(1);
    assertThat(more.json().at("/summary/suppressed").asInt()).isEqualTo(1);
  }

  @Test
  void a_baseline_says_how_much_of_it_is_gone_and_can_shrink() throws IOException {
    String tree = Trees.write(folder.resolve("tree"), Trees.WORKLOAD, Trees.LOOSE);
    String baseline = folder.resolve("baseline.json").toString();
    Run.of("check", tree, "--baseline", baseline, "--update-baseline");
    Trees.write(folder.resolve("tree"), Trees.WORKLOAD, Trees.SOUND);

    Run run = Run.of("check", tree, "--baseline", baseline);
    Run shrunk = Run.of("check", tree, "--baseline", baseline, "--update-baseline");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("note[SLU1302]: 1 finding of the baseline does not occur");
    assertThat(shrunk.out()).doesNotContain("SLU1302");
    assertThat(Files.readString(Path.of(baseline))).doesNotContain("SLU1231");
  }

  @Test
  void a_baseline_never_holds_an_error() throws IOException {
    String tree = Trees.write(folder.resolve("tree"), Trees.WORKLOAD, Trees.MISSPELT);
    Path baseline = folder.resolve("baseline.json");

    Run run = Run.of("check", tree, "--baseline", baseline.toString(), "--update-baseline");

    assertThat(run.code()).isEqualTo(1);
    assertThat(Files.readString(baseline)).doesNotContain("SLU1103");
  }

  @Test
  void a_baseline_is_not_rewritten_from_half_a_result() throws IOException {
    Path baseline = Files.writeString(folder.resolve("b.json"), "{\"version\":1,\"findings\":[]}");

    Run run =
        Run.of(
            "check",
            folder.resolve("absent") + "",
            "--baseline",
            baseline + "",
            "--update-baseline");

    assertThat(run.code()).isEqualTo(3);
    assertThat(Files.readString(baseline)).isEqualTo("{\"version\":1,\"findings\":[]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{\"version\":2,\"findings\":[]}",
        "{\"version\":1}",
        "{} {}",
        "nonsense"
      })
  void what_is_no_baseline_is_refused(String text) throws IOException {
    Path baseline = Files.writeString(folder.resolve("b.json"), text);

    assertThat(Run.of("check", Trees.SHOP, "--baseline", baseline.toString()).code()).isEqualTo(2);
  }

  @Test
  void an_update_needs_a_file_and_a_check_needs_an_existing_one() {
    assertThat(Run.of("check", Trees.SHOP, "--update-baseline").code()).isEqualTo(2);
    assertThat(Run.of("check", Trees.SHOP, "--baseline", folder + "/none").code()).isEqualTo(2);
  }

  @Test
  void sarif_calls_a_baseline_external() {
    String tree = Trees.write(folder.resolve("tree"), Trees.WORKLOAD, Trees.LOOSE);
    String baseline = folder.resolve("baseline.json").toString();

    JsonNode log =
        Run.of("check", tree, "--baseline", baseline, "--update-baseline", "--output", "sarif")
            .json();

    assertThat(log.at("/runs/0/results/0/suppressions/0/kind").asText()).isEqualTo("external");
  }
}
