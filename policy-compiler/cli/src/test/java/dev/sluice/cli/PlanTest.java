package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.cli.Run.Setting;
import dev.sluice.schemas.Schemas;
import org.junit.jupiter.api.Test;

class PlanTest {

  @Test
  void the_plan_of_the_shop_says_where_and_why() {
    Run run = Run.of("plan", Trees.SHOP);

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    Golden.assertSame("plan-shop.txt", run.out());
  }

  @Test
  void the_plan_of_the_shop_as_json_fits_its_schema() {
    Run run = Run.of("plan", Trees.SHOP, "--output", "json");

    assertThat(run.code()).isZero();
    OutputSchema.assertFits(Schemas.PLAN_OUTPUT, run.json());
    Golden.assertSame("plan-shop.json", run.out());
  }

  @Test
  void a_policy_with_an_error_is_refused_with_its_findings() {
    Setting setting =
        Setting.plain()
            .withStdin(
                String.join(
                    "---\n",
                    Trees.WORKLOAD,
                    Trees.MISSPELT,
                    Trees.SOUND.replace("api-callers", "sound")));

    Run text = setting.run("plan", "-");
    Run data = setting.run("plan", "-", "--output", "json");

    assertThat(text.code()).isEqualTo(1);
    assertThat(data.code()).isEqualTo(1);
    Golden.assertSame("plan-refused.txt", text.out());
    OutputSchema.assertFits(Schemas.PLAN_OUTPUT, data.json());
    JsonNode refused = data.json().at("/policies/0");
    assertThat(refused.path("status").asText()).isEqualTo("refused");
    assertThat(refused.path("layer").asText()).isEqualTo("none");
    assertThat(refused.at("/findings/0/code").asText()).isEqualTo("SLU1103");
    assertThat(data.json().at("/policies/1/status").asText()).isEqualTo("placed");
    assertThat(data.json().at("/summary/refused").asInt()).isEqualTo(1);
  }

  @Test
  void a_name_that_is_given_twice_has_its_findings_under_the_document_they_stand_in() {
    Run run =
        Setting.plain()
            .withStdin(
                String.join(
                    "---\n",
                    Trees.WORKLOAD,
                    Trees.LOOSE,
                    Trees.SOUND.replace("principals:", "ipBlocks:")))
            .run("plan", "-");

    assertThat(run.code()).isEqualTo(1);
    Golden.assertSame("plan-duplicate.txt", run.out());
  }

  @Test
  void an_l7_rule_without_a_waypoint_is_refused_where_it_stands() {
    String paths = Trees.SOUND + "    to:\n    - operation:\n        paths: [\"/a\"]\n";

    Run run = Setting.plain().withStdin(Trees.WORKLOAD + "---\n" + paths).run("plan", "-");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("refused").contains("SLU3001").contains("1 refused");
  }

  @Test
  void a_plan_of_nothing_is_no_success() {
    Run run = Setting.plain().withStdin("").run("plan", "-");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("nothing was evaluated");
  }

  @Test
  void findings_beside_the_policies_are_not_lost() {
    Run run = Setting.plain().withStdin(Trees.WORKLOAD + "---\n{broken").run("plan", "-");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("Beside the policies").contains("error[SLU1004]");
  }
}
