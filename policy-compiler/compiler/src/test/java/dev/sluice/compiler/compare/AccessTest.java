package dev.sluice.compiler.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.compare.Access.Verdict;
import org.junit.jupiter.api.Test;

class AccessTest {

  private static final String READERS =
      Meshes.policy(
          "shop",
          "api-readers",
          """
          targetRefs: [{group: "", kind: Service, name: api}]
          rules:
          - from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]
            to: [{operation: {methods: [GET], paths: ["/orders/*"]}}]
          """);

  private static final String LEDGER =
      Meshes.policy(
          "pay",
          "ledger",
          """
          selector: {matchLabels: {app: ledger}}
          rules:
          - from: [{source: {namespaces: [shop]}}]
          """);

  private static final Access ACCESS =
      Access.of(Meshes.with(READERS, LEDGER), new Access.Filter(_ -> true, _ -> true));

  private static Access.Cell cell(String from, String to) {
    return ACCESS.cells().stream()
        .filter(cell -> cell.from().equals(from) && cell.to().equals(to))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void everyone_whom_policies_tell_apart_is_a_caller() {
    assertThat(ACCESS.undecided()).isEmpty();
    assertThat(ACCESS.callers())
        .containsExactly(
            "cluster.local/ns/pay/sa/ledger",
            "cluster.local/ns/shop/sa/api",
            "cluster.local/ns/shop/sa/web",
            "others in namespace shop",
            "any other mesh identity",
            "plaintext");
  }

  @Test
  void every_workload_is_a_destination_directly_and_by_its_services() {
    assertThat(ACCESS.ways())
        .containsExactlyInAnyOrder(
            "Deployment shop/web",
            "Deployment shop/web by Service shop/web:80",
            "Deployment shop/api",
            "Deployment shop/api by Service shop/api:80",
            "Deployment pay/ledger",
            "Deployment pay/ledger by Service pay/ledger:80");
  }

  @Test
  void a_condition_is_told_with_its_operations() {
    Access.Cell web =
        cell("cluster.local/ns/shop/sa/web", "Deployment shop/api by Service shop/api:80");

    assertThat(web.verdict()).isEqualTo(Verdict.CONDITIONAL);
    assertThat(web.operations()).containsExactly("GET /orders/*");
    assertThat(
            cell("cluster.local/ns/shop/sa/api", "Deployment shop/api by Service shop/api:80")
                .verdict())
        .isEqualTo(Verdict.DENY);
  }

  @Test
  void what_is_not_conditional_is_all_or_nothing() {
    String ledger = "Deployment pay/ledger";

    assertThat(cell("others in namespace shop", ledger).verdict()).isEqualTo(Verdict.ALLOW);
    assertThat(cell("cluster.local/ns/shop/sa/web", ledger).verdict()).isEqualTo(Verdict.ALLOW);
    assertThat(cell("cluster.local/ns/pay/sa/ledger", ledger).verdict()).isEqualTo(Verdict.DENY);
    assertThat(cell("any other mesh identity", ledger).verdict()).isEqualTo(Verdict.DENY);
    assertThat(cell("plaintext", "Deployment shop/web").verdict()).isEqualTo(Verdict.ALLOW);
    assertThat(cell("plaintext", ledger).verdict()).isEqualTo(Verdict.DENY);
  }

  @Test
  void filters_leave_out_the_rest() {
    Access some =
        Access.of(
            Meshes.with(READERS, LEDGER),
            new Access.Filter(name -> name.contains("web"), name -> name.contains("ledger")));

    assertThat(some.callers()).containsExactly("cluster.local/ns/shop/sa/web");
    assertThat(some.ways()).allMatch(name -> name.contains("ledger"));
  }
}
