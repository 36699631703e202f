package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.cli.Run.Setting;
import dev.sluice.schemas.Schemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `sluice suggest`.
class SuggestTest {

  private static final String[] TOPOLOGY = {
    "--mesh", Trees.SHOP + "/namespaces.yaml", "--mesh", Trees.SHOP + "/services"
  };

  @TempDir Path folder;

  @Test
  void the_suggestion_allows_what_was_seen_and_says_how_it_came_about() {
    Run run = Run.of("suggest", ReplayTest.LOG, "--mesh", Trees.SHOP);

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    Golden.assertSame("suggest-shop.yaml", run.out());
  }

  @Test
  void the_suggestion_as_json_fits_its_schema() {
    Run run = Run.of("suggest", ReplayTest.LOG, "--mesh", Trees.SHOP, "--output", "json");

    OutputSchema.assertFits(Schemas.SUGGEST_OUTPUT, run.json());
    assertThat(run.json().path("policies").findValuesAsText("kind"))
        .contains("AuthorizationPolicy");
    run.json()
        .path("policies")
        .forEach(policy -> OutputSchema.assertFits(Schemas.AUTHORIZATION_POLICY, policy));
  }

  @Test
  void the_suggestion_passes_the_check() throws IOException {
    Run run = Run.of(with("check", suggested()));

    assertThat(run.out()).contains("0 errors");
    assertThat(run.code()).isZero();
  }

  @Test
  void a_replay_of_the_log_against_the_suggestion_changes_no_allowed_request() throws IOException {
    String[] command = with("replay", ReplayTest.LOG, "--against", suggested(), "--output", "json");

    JsonNode json = Run.of(command).json();

    assertThat(json.at("/summary/newlyRefused").asInt()).isZero();
    // refused for a token before, and indistinguishable in the log from what was allowed
    assertThat(json.path("changes").findValuesAsText("method")).containsOnly("POST");
    assertThat(json.at("/summary/open").asInt()).isZero();
  }

  @Test
  void parts_that_look_like_identifiers_are_generalised_unless_one_was_refused() {
    String three = line("/orders/7", 200) + line("/orders/8", 200) + line("/orders/9", 200);

    Run general = Setting.plain().withStdin(three).run("suggest", "-", "--mesh", Trees.SHOP);
    Run exact =
        Setting.plain()
            .withStdin(three + line("/orders/10", 403))
            .run("suggest", "-", "--mesh", Trees.SHOP);

    assertThat(general.code()).isZero();
    assertThat(general.out()).contains("- \"/orders/{*}\"").doesNotContain("/orders/7");
    assertThat(exact.code()).isZero();
    assertThat(exact.out()).doesNotContain("- \"/orders/{*}\"").contains("- \"/orders/7\"");
  }

  @Test
  void a_destination_that_refused_everybody_stays_closed() {
    Run run =
        Setting.plain().withStdin(line("/orders", 403)).run("suggest", "-", "--mesh", Trees.SHOP);

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("name: orders-observed").doesNotContain("rules:");
  }

  @Test
  void a_log_without_evidence_suggests_nothing() {
    Run run = Setting.plain().withStdin("x\n").run("suggest", "-", "--mesh", Trees.SHOP);

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).isEmpty();
  }

  @Test
  void a_mesh_that_cannot_be_read_is_no_success() {
    Run run = Run.of("suggest", ReplayTest.LOG, "--mesh", "no-such-folder");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("cannot read all of the mesh");
  }

  @Test
  void without_workloads_there_is_nothing_to_select() {
    Run run = Run.of("suggest", ReplayTest.LOG, "--mesh", Trees.SHOP + "/namespaces.yaml");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("no workload");
  }

  private static String line(String path, int status) {
    String reason = status == 403 ? "no_allow_matched" : "no_allow_policy";
    return """
    {"scope":"access","message":"request complete","src.addr":"10.0.1.2",\
    "src.identity":"spiffe://cluster.local/ns/shop/sa/web","dst.vip":"10.96.0.10:80",\
    "dst.service":"orders.shop.svc.cluster.local","method":"GET","authority":"orders.shop",\
    "path":"%s","status":%d,"reason":"%s"}
    """
        .formatted(path, status, reason);
  }

  private String suggested() throws IOException {
    Path file = folder.resolve("suggested.yaml");
    Files.writeString(file, Run.of("suggest", ReplayTest.LOG, "--mesh", Trees.SHOP).out());
    return file.toString();
  }

  private static String[] with(String... command) {
    String[] all = java.util.Arrays.copyOf(command, command.length + TOPOLOGY.length);
    System.arraycopy(TOPOLOGY, 0, all, command.length, TOPOLOGY.length);
    return all;
  }
}
