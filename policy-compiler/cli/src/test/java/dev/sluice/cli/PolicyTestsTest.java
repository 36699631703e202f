package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.cli.Run.Setting;
import dev.sluice.schemas.Schemas;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// `sluice test`.
class PolicyTestsTest {

  private static final String CASE =
      """
      apiVersion: sluice.dev/v1
      kind: PolicyTest
      metadata: {name: access, namespace: shop}
      spec:
        cases:
        - name: web may call
          from: {namespace: shop, serviceAccount: web}
          to: {workload: shop/api, port: 8080}
          expect: {decision: allow, by: AuthorizationPolicy shop/api-callers, at: ztunnel}
      """;

  @Test
  void the_tests_of_the_shop_pass_and_exercise_every_rule() {
    Run run = Run.of("test", Trees.SHOP, "--coverage-min", "100");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    Golden.assertSame("test-shop.txt", run.out());
  }

  @Test
  void the_tests_of_the_shop_as_json_fit_their_schema() {
    Run run = Run.of("test", Trees.SHOP, "--output", "json");

    assertThat(run.code()).isZero();
    OutputSchema.assertFits(Schemas.TEST_OUTPUT, run.json());
    Golden.assertSame("test-shop.json", run.out());
  }

  @Test
  void a_failing_case_says_what_differs_and_who_decided() {
    Run run = test(CASE.replace("decision: allow", "decision: deny"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("fail  web may call")
        .contains("expected `deny`, got `allow`")
        .contains("allow: AuthorizationPolicy shop/api-callers, rule 1, at ztunnel")
        .contains("0 passed, 1 failed, 0 errors");
  }

  @Test
  void the_wrong_policy_or_place_fails_too() {
    assertThat(test(CASE.replace("api-callers", "other")).out())
        .contains(
            "expected it by `AuthorizationPolicy shop/other`, got it by `AuthorizationPolicy"
                + " shop/api-callers`");
    assertThat(test(CASE.replace("at: ztunnel", "at: waypoint")).out())
        .contains("expected it at `waypoint`, got it at `ztunnel`");
  }

  @Test
  void a_case_about_something_unknown_is_an_error_with_the_nearest_name() {
    Run run = test(CASE.replace("shop/api,", "shop/apy,"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("error web may call")
        .contains("workload `shop/apy` is not in the tree; did you mean `shop/api`?");
  }

  @Test
  void a_case_on_policies_that_do_not_compile_is_an_error_with_the_finding() {
    Run run =
        Setting.plain()
            .withStdin(String.join("---\n", Trees.WORKLOAD, Trees.MISSPELT, CASE))
            .run("test", "-", "--output", "json");

    assertThat(run.code()).isEqualTo(1);
    OutputSchema.assertFits(Schemas.TEST_OUTPUT, run.json());
    JsonNode only = run.json().at("/cases/0");
    assertThat(only.path("status").asText()).isEqualTo("error");
    assertThat(only.path("actual").isNull()).isTrue();
    assertThat(only.at("/problems/0").asText()).contains("SLU1103");
    assertThat(run.json().at("/findings/0/code").asText()).isEqualTo("SLU1103");
  }

  @Test
  void a_failing_case_fails_in_the_junit_report_too() {
    Run run =
        Setting.plain()
            .withStdin(
                String.join(
                    "---\n",
                    Trees.WORKLOAD,
                    Trees.SOUND,
                    CASE.replace("decision: allow", "decision: deny")))
            .run("test", "-", "--output", "junit");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("name=\"web may call\"")
        .contains("failures=\"1\"")
        .contains("expected `deny`, got `allow`");
  }

  @Test
  void a_missed_rule_is_listed_and_may_be_too_much() {
    String second = Trees.SOUND.replace("api-callers", "more").replace("sa/web", "sa/other");
    Setting setting =
        Setting.plain().withStdin(String.join("---\n", Trees.WORKLOAD, Trees.SOUND, second, CASE));

    Run lenient = setting.run("test", "-");
    Run strict = setting.run("test", "-", "--coverage-min", "80");

    assertThat(lenient.code()).isZero();
    assertThat(lenient.out())
        .contains("coverage: 1 of 2 rules (50%)")
        .contains("missed AuthorizationPolicy shop/more, rule 1 (<stdin>:");
    assertThat(strict.code()).isEqualTo(1);
    assertThat(strict.err()).contains("50.0% of the rules are covered");
  }

  @Test
  void no_case_is_no_success() {
    Run run = Setting.plain().withStdin(Trees.WORKLOAD + "---\n" + Trees.SOUND).run("test", "-");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.err()).contains("no case was run");
  }

  @Test
  void a_misspelt_field_of_a_test_is_a_finding_where_it_stands() {
    Run run = test(CASE.replace("serviceAccount:", "serviceaccount:"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out())
        .contains("unknown field `serviceaccount`")
        .contains("did you mean `serviceAccount`?");
  }

  @Test
  void a_threshold_beyond_all_is_misuse() {
    Run run = Run.of("test", Trees.SHOP, "--coverage-min", "101");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("between 0 and 100");
  }

  @Test
  void passes_and_failures_are_coloured_on_a_terminal() {
    Run run =
        Setting.plain()
            .onScreens(Map.of())
            .withStdin(String.join("---\n", Trees.WORKLOAD, Trees.SOUND, CASE))
            .run("test", "-", "-q");

    assertThat(run.out()).contains("\u001b[32mpass");
  }

  private static Run test(String policyTest) {
    return Setting.plain()
        .withStdin(String.join("---\n", Trees.WORKLOAD, Trees.SOUND, policyTest))
        .run("test", "-");
  }
}
