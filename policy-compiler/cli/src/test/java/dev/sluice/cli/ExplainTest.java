package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.cli.Run.Setting;
import dev.sluice.schemas.Schemas;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `sluice explain`.
class ExplainTest {

  private static final String POST = "--from shop/web --to shop/orders:80 --method POST";

  @Test
  void an_allowed_request_is_explained_hop_by_hop() {
    Run run = explain("--from shop/web --to shop/orders:80 --path /orders/7");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    Golden.assertSame("explain-allow.txt", run.out());
  }

  @Test
  void a_refused_request_gets_the_nearest_miss() {
    Run run = explain(POST + " --path /orders");

    assertThat(run.code()).isZero();
    Golden.assertSame("explain-deny.txt", run.out());
  }

  @Test
  void the_explanation_as_json_fits_its_schema() {
    Run run = explain(POST + " --path /orders --output json");

    OutputSchema.assertFits(Schemas.EXPLAIN_OUTPUT, run.json());
    Golden.assertSame("explain-deny.json", run.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        POST
            + " --path /orders"
            + " | request.jwt | {iss=https://idp.shop.example, role=clerk, sub=someone}",
        POST + " --path /orders/7 | request.method | GET",
        POST
            + " --path /orders --jwt-iss https://idp.shop.example --jwt-sub bob --jwt-claim"
            + " role=guest | request.jwt | {iss=https://idp.shop.example, role=clerk, sub=bob}",
        POST
            + " --path /orders --jwt invalid"
            + " | request.jwt | {iss=https://idp.shop.example, role=clerk, sub=someone}",
        "--from shop/web --to shop/orders:80 --path /orders/admin | request.path | /orders/",
        "--from shop/catalog --to shop/orders:80 --path /orders"
            + " | from | cluster.local/ns/shop/sa/web",
        "--from shop/web --to-workload shop/orders-v1:8080 --path /orders"
            + " | to | Service shop/orders port 80",
        "--from shop/orders --to-workload payments/ledger:9090"
            + " | to | workload payments/ledger port 8080",
        "--plaintext --to payments/ledger:80 | from | cluster.local/ns/shop/sa/orders",
      })
  void one_change_of_the_request_flips_the_decision(
      String options, String attribute, String after) {
    Run run = explain(options + " --output json");

    OutputSchema.assertFits(Schemas.EXPLAIN_OUTPUT, run.json());
    JsonNode changes = run.json().at("/nearestMiss/request/changes");
    assertThat(changes).hasSize(1);
    assertThat(changes.at("/0/attribute").asText()).isEqualTo(attribute);
    assertThat(changes.at("/0/after").asText()).isEqualTo(after);
    assertThat(run.json().at("/nearestMiss/request/actual/decision").asText()).isEqualTo("allow");
  }

  @Test
  void two_changes_are_found_where_one_does_not_do() {
    Run run =
        explain(
            "--from shop/web --to shop/orders:80 --method DELETE --path /admin" + " --output json");

    assertThat(run.json().at("/nearestMiss/request/changes").findValuesAsText("attribute"))
        .containsExactly("request.method", "request.path");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--from shop/catalog --to shop/orders:80 --path /orders | add"
            + " `cluster.local/ns/shop/sa/catalog` to `principals` of AuthorizationPolicy"
            + " shop/orders-read, rule 1",
        "--from platform/metrics --to shop/catalog:80 | take this request out of"
            + " AuthorizationPolicy shop/catalog-not-platform, rule 1",
      })
  void one_edit_of_a_policy_flips_the_decision(String options, String edit) {
    JsonNode policy = explain(options + " --output json").json().at("/nearestMiss/policy");

    assertThat(policy.path("edit").asText()).isEqualTo(edit);
    assertThat(policy.path("line").asInt()).isPositive();
  }

  @Test
  void the_first_failing_condition_of_each_rule_has_its_place() {
    JsonNode rules = explain(POST + " --path /orders --output json").json().path("rules");

    List<String> texts = new ArrayList<>();
    rules.forEach(rule -> texts.add(rule.at("/firstFailed/text").asText()));
    assertThat(texts)
        .containsExactly(
            "`paths` wants `/orders/admin*`, and there is `/orders`",
            "`methods` wants `GET`, and there is `POST`",
            "`requestPrincipals` wants `https://idp.shop.example/*`, and there is none");
    assertThat(rules.at("/1/firstFailed/file").asText()).endsWith("orders-read.yaml");
    assertThat(rules.at("/1/firstFailed/line").asInt()).isEqualTo(20);
  }

  @Test
  void a_case_of_a_policy_test_is_explained_by_its_name() {
    Run run =
        Run.of(
            "explain",
            Trees.SHOP,
            "--case",
            Trees.SHOP + "/shop-tests.yaml#a guest places no order",
            "--output",
            "json");

    assertThat(run.json().path("decision").asText()).isEqualTo("deny");
    assertThat(run.json().at("/case/request/jwt/claims/role").asText()).isEqualTo("guest");
  }

  @Test
  void an_unknown_case_gets_the_nearest_name() {
    Run run =
        Run.of(
            "explain",
            Trees.SHOP,
            "--case",
            Trees.SHOP + "/shop-tests.yaml#a guest place no order");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("did you mean `a guest places no order`?");
  }

  @Test
  void an_unknown_name_is_no_answer() {
    Run run = explain("--from shop/web --to shop/oders:80 --output json");

    assertThat(run.code()).isEqualTo(3);
    OutputSchema.assertFits(Schemas.EXPLAIN_OUTPUT, run.json());
    assertThat(run.json().path("help").asText()).isEqualTo("did you mean `shop/orders`?");
  }

  @Test
  void policies_with_errors_are_not_explained() {
    Run run =
        Setting.plain()
            .withStdin(Trees.WORKLOAD + "---\n" + Trees.MISSPELT)
            .run("explain", "-", "--from", "shop/web", "--to-workload", "shop/api:8080");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("SLU1103");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--to shop/orders:80",
        "--from shop/web",
        "--from shop/web --plaintext --to shop/orders:80",
        "--from web --to shop/orders:80",
        "--from shop/web --to shop/orders",
        "--from shop/web --to shop/orders:99999",
        "--from shop/web --to shop/orders:80 --to-workload shop/orders-v1:80",
        "--from shop/web --to shop/orders:80 --from-ip web.shop",
        "--from shop/web --to shop/orders:80 --jwt expired",
        "--from shop/web --to shop/orders:80 --jwt-sub alice",
        "--from-principal web --to shop/orders:80",
        "--case shop-tests.yaml",
      })
  void a_request_with_two_readings_is_misuse(String options) {
    Run run = explain(options);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  private static Run explain(String options) {
    return Run.of(("explain " + Trees.SHOP + " " + options).split(" "));
  }
}
