package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.cli.Run.Setting;
import dev.sluice.schemas.Schemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckTest {
  @TempDir Path folder;

  @Test
  void the_shop_is_clean() {
    Run run = Run.of("check", Trees.SHOP);

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    Golden.assertSame("check-shop.txt", run.out());
  }

  @Test
  void findings_show_place_line_reason_and_way_out() {
    String text =
        String.join("---\n", Trees.WORKLOAD, Trees.MISSPELT, Trees.LOOSE.replace("api-c", "c"));

    Run run = Setting.plain().withStdin(text + "---\n" + Trees.UNREAD).run("check", "-");

    assertThat(run.code()).isEqualTo(1);
    Golden.assertSame("check-findings.txt", run.out());
  }

  @Test
  void findings_as_json_fit_their_schema() {
    Run run =
        Setting.plain()
            .withStdin(Trees.WORKLOAD + "---\n" + Trees.MISSPELT)
            .run("check", "-", "--output", "json");

    assertThat(run.code()).isEqualTo(1);
    OutputSchema.assertFits(Schemas.CHECK_OUTPUT, run.json());
    Golden.assertSame("check-findings.json", run.out());
  }

  @Test
  void a_finding_about_access_shows_a_request_as_witness() {
    String excluding = Trees.SOUND.replace("principals:", "notPrincipals:");
    String words = "any plaintext client may reach port 8080 of Deployment shop/api";

    Run text = Setting.plain().withStdin(Trees.WORKLOAD + "---\n" + excluding).run("check", "-");
    Run json =
        Setting.plain()
            .withStdin(Trees.WORKLOAD + "---\n" + excluding)
            .run("check", "-", "--output", "json");

    assertThat(text.out()).contains(" = witness: " + words);
    OutputSchema.assertFits(Schemas.CHECK_OUTPUT, json.json());
    JsonNode witness = json.json().at("/findings/0/witness");
    assertThat(witness.path("text").asText()).isEqualTo(words);
    assertThat(witness.at("/from/plaintext").asBoolean()).isTrue();
    assertThat(witness.path("decision").asText()).isEqualTo("allow");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json", "sarif", "junit", "github", "markdown"})
  void the_exit_code_is_the_same_in_every_format(String format) throws IOException {
    String clean = Trees.write(folder.resolve("clean"), Trees.WORKLOAD, Trees.SOUND);
    String wrong = Trees.write(folder.resolve("wrong"), Trees.WORKLOAD, Trees.MISSPELT);
    String loose = Trees.write(folder.resolve("loose"), Trees.WORKLOAD, Trees.LOOSE);
    String empty = Files.createDirectory(folder.resolve("empty")).toString();

    assertThat(code(format, clean)).isZero();
    assertThat(code(format, wrong)).isEqualTo(1);
    assertThat(code(format, wrong, "--fail-on", "never")).isZero();
    assertThat(code(format, loose)).isZero();
    assertThat(code(format, loose, "--fail-on", "warning")).isEqualTo(1);
    assertThat(code(format, empty)).isEqualTo(3);
    assertThat(code(format, clean, "--fail-on", "sometimes")).isEqualTo(2);
    assertThat(code(format, folder.resolve("absent").toString())).isEqualTo(3);
  }

  private static int code(String format, String path, String... more) {
    String[] arguments = new String[more.length + 4];
    arguments[0] = "check";
    arguments[1] = path;
    arguments[2] = "--output";
    arguments[3] = format;
    System.arraycopy(more, 0, arguments, 4, more.length);
    return Run.of(arguments).code();
  }

  @Test
  void documents_of_unknown_kinds_alone_are_nothing_evaluated() {
    Run run = Setting.plain().withStdin(Trees.UNREAD).run("check", "-");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("nothing was evaluated").contains("help: ");
    assertThat(run.out()).contains("1 of unknown kind").contains("ConfigMap");
  }

  @Test
  void what_cannot_be_read_is_never_a_success() {
    String tree = Trees.write(folder, Trees.WORKLOAD, Trees.SOUND);

    Run run = Run.of("check", tree, folder.resolve("absent.yaml").toString(), "--fail-on=never");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("error[SLU1001]");
    assertThat(run.err()).contains("not everything could be read");
  }

  @Test
  void an_escape_sequence_in_a_name_is_shown_and_not_obeyed() {
    String evil = Trees.SOUND.replace("name: api-callers", "name: \"a\\e[2Jb\\u009b\"");

    Run text = Setting.plain().withStdin(Trees.WORKLOAD + "---\n" + evil).run("check", "-");
    Run json =
        Setting.plain()
            .withStdin(Trees.WORKLOAD + "---\n" + evil)
            .run("check", "-", "--output", "json");

    assertThat(text.code()).isEqualTo(1);
    assertThat(text.out()).doesNotContain("\u001b").doesNotContain("\u009b");
    assertThat(json.out()).doesNotContain("\u001b").doesNotContain("\u009b");
  }

  @Test
  void a_raw_escape_character_in_a_file_is_shown_and_not_obeyed() {
    Run run = Setting.plain().withStdin("kind: \u001b[31mX\n").run("check", "-");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).doesNotContain("\u001b").contains("<U+001B>[31mX");
  }

  @Test
  void orders_to_a_runner_are_broken_up_in_every_format() {
    String evil = Trees.WORKLOAD + "---\n" + Trees.SOUND.replace("ALLOW", "'##[add-mask]x'");

    for (String format : new String[] {"text", "json"}) {
      Run run = Setting.plain().withStdin(evil).run("check", "-", "--output", format);
      assertThat(run.code()).isEqualTo(1);
      assertThat(run.out()).contains("add-mask]x").doesNotContain("##[");
    }
  }

  @Test
  void colour_is_for_terminals_only_and_obeys_no_color() {
    Setting wrong = Setting.plain().withStdin(Trees.MISSPELT);
    Setting screen = wrong.onScreens(Map.of());

    assertThat(wrong.run("check", "-").out()).doesNotContain("\u001b[");
    assertThat(screen.run("check", "-").out()).contains("\u001b[1;31merror[");
    assertThat(wrong.onScreens(Map.of("NO_COLOR", "1")).run("check", "-").out())
        .doesNotContain("\u001b[");
    assertThat(wrong.onScreens(Map.of("TERM", "dumb")).run("check", "-").out())
        .doesNotContain("\u001b[");
    assertThat(screen.run("check", "-", "--color", "never").out()).doesNotContain("\u001b[");
    assertThat(wrong.run("check", "-", "--color=always").out()).contains("\u001b[");
  }

  @Test
  void reports_go_to_files_and_standard_output_in_one_run() throws IOException {
    String tree = Trees.write(folder.resolve("tree"), Trees.WORKLOAD, Trees.MISSPELT);
    Path file = folder.resolve("findings.json");

    Run run = Run.of("check", tree, "--output", "text", "--output", "json=" + file);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).startsWith("error[");
    JsonNode json = new JsonMapper().readTree(file.toFile());
    OutputSchema.assertFits(Schemas.CHECK_OUTPUT, json);
    assertThat(json.at("/summary/errors").asInt()).isEqualTo(1);
  }

  @Test
  void a_report_that_cannot_be_written_is_a_usage_error() {
    Run run = Run.of("check", Trees.SHOP, "--output", "json=" + folder.resolve("no/such/file"));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("cannot write the report");
  }

  @Test
  void an_accepted_warning_stays_visible_and_does_not_count() {
    String code = "SLU1231";
    String accepted =
        Trees.LOOSE.replace(
            "  namespace: shop\n",
            "  namespace: shop\n  annotations: {sluice.dev/ignore." + code + ": on purpose}\n");
    Setting setting = Setting.plain().withStdin(Trees.WORKLOAD + "---\n" + accepted);

    Run text = setting.run("check", "-", "--fail-on", "warning");
    JsonNode json = setting.run("check", "-", "--output", "json").json();

    assertThat(text.code()).as(text.out()).isZero();
    assertThat(text.out()).contains("warning[" + code + "]").contains("suppressed: on purpose");
    assertThat(json.at("/findings/0/suppressed").asText()).isEqualTo("on purpose");
    assertThat(json.at("/summary/suppressed").asInt()).isEqualTo(1);
    assertThat(json.at("/summary/warnings").asInt()).isZero();
  }

  @Test
  void the_nearest_settings_are_found_and_wrong_ones_stop_everything() throws IOException {
    String inner = Trees.write(folder.resolve("a/b"), Trees.WORKLOAD, Trees.SOUND);
    Files.writeString(folder.resolve("a/sluice.yaml"), "kind: MeshSettings\nnonsense: 1\n");

    Run run = Run.of("check", inner);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).contains("a/sluice.yaml");
    assertThat(run.err()).contains("settings are wrong");
  }

  @Test
  void settings_named_with_config_win_and_must_exist() throws IOException {
    String tree = Trees.write(folder.resolve("a"), Trees.WORKLOAD, Trees.SOUND);
    Files.writeString(folder.resolve("sluice.yaml"), "nonsense");
    Path mine = folder.resolve("mine.yaml");
    Files.copy(Path.of(Trees.SHOP, "sluice.yaml"), mine);

    assertThat(Run.of("check", tree, "--config", mine.toString()).code()).isZero();
    Run absent = Run.of("check", tree, "--config", folder.resolve("absent").toString());
    assertThat(absent.code()).isEqualTo(2);
    assertThat(absent.err()).contains("cannot read the settings");
  }

  @Test
  void topology_may_come_from_another_file() throws IOException {
    Path mesh = folder.resolve("mesh.yaml");
    Files.writeString(mesh, Trees.WORKLOAD);
    String tree = Trees.write(folder.resolve("tree"), Trees.SOUND);

    assertThat(Run.of("check", tree, "--fail-on", "warning").code()).isEqualTo(1);
    Run both = Run.of("check", tree, "--mesh", mesh.toString(), "--fail-on", "warning");
    assertThat(both.code()).as(both.out()).isZero();
  }

  @Test
  void a_fingerprint_survives_moving_and_tells_findings_apart() {
    String twice =
        Trees.MISSPELT.replace(
            "  - from:", "  - to: [{operation: {ports: ['1'], pathz: [a]}}]\n  - from:");

    JsonNode first = fingerprints(Trees.WORKLOAD + "---\n" + Trees.MISSPELT);
    JsonNode moved = fingerprints("# moved\n\n" + Trees.WORKLOAD + "---\n" + Trees.MISSPELT);
    JsonNode two = fingerprints(Trees.WORKLOAD + "---\n" + twice);

    assertThat(moved.at("/0/fingerprint")).isEqualTo(first.at("/0/fingerprint"));
    assertThat(moved.at("/0/line")).isNotEqualTo(first.at("/0/line"));
    assertThat(two.findValuesAsText("fingerprint")).hasSizeGreaterThan(1).doesNotHaveDuplicates();
  }

  private static JsonNode fingerprints(String text) {
    return Setting.plain()
        .withStdin(text)
        .run("check", "-", "--output", "json")
        .json()
        .path("findings");
  }

  @Test
  void two_runs_print_the_same() {
    Run once = Run.of("check", Trees.SHOP, "../../schemas/examples/invalid", "--output", "json");
    Run again = Run.of("check", Trees.SHOP, "../../schemas/examples/invalid", "--output", "json");

    assertThat(again).isEqualTo(once);
    OutputSchema.assertFits(Schemas.CHECK_OUTPUT, once.json());
  }
}
