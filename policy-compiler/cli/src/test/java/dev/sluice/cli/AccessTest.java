package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.schemas.Schemas;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTest {
  @TempDir Path folder;

  @Test
  void the_shop_as_a_matrix_with_its_conditions() {
    Run run = Run.of("access", Trees.SHOP);

    assertThat(run.code()).as(run.err()).isZero();
    Golden.assertSame("access-shop.txt", run.out());
  }

  @Test
  void the_shop_as_json_fits_its_schema() {
    Run run = Run.of("access", Trees.SHOP, "--output", "json");

    assertThat(run.code()).isZero();
    OutputSchema.assertFits(Schemas.ACCESS_OUTPUT, run.json());
    Golden.assertSame("access-shop.json", run.out());
  }

  @Test
  void the_shop_as_csv_and_as_a_graph() {
    Golden.assertSame("access-shop.csv", Run.of("access", Trees.SHOP, "--output", "csv").out());
    Golden.assertSame("access-shop.dot", Run.of("access", Trees.SHOP, "--output", "dot").out());
  }

  @Test
  void callers_and_ways_can_be_chosen() {
    Run run =
        Run.of("access", Trees.SHOP, "--from", "shop/sa/web", "--to", "ledger", "--output", "csv");

    assertThat(run.code()).isZero();
    assertThat(run.out().lines())
        .allMatch(line -> line.startsWith("\"from\"") || line.contains("ledger"));
    assertThat(Run.of("access", Trees.SHOP, "--from", "nobody").code()).isEqualTo(3);
  }

  @Test
  void other_reports_have_no_table() {
    Run run = Run.of("check", Trees.SHOP, "--output", "csv");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("no format `csv` of this report");
  }

  @Test
  void errors_leave_access_unknown() {
    String broken = Trees.write(folder, Trees.WORKLOAD, Trees.MISSPELT);

    Run run = Run.of("access", broken);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("not known");
  }
}
