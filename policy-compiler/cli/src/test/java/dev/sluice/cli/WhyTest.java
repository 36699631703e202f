package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.schemas.Schemas;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhyTest {
  @Test
  void a_code_is_explained_with_an_example_and_its_repair() {
    Run run = Run.of("why", "SLU1103");

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    Golden.assertSame("why-unknown-field.txt", run.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"slu1103", "1103", "unknown-field", "Unknown-Field"})
  void a_code_may_be_named_in_other_ways(String name) {
    assertThat(Run.of("why", name)).isEqualTo(Run.of("why", "SLU1103"));
  }

  @ParameterizedTest
  @EnumSource(Code.class)
  void every_code_is_explained_as_data(Code code) {
    Run run = Run.of("why", code.id(), "--output", "json");

    OutputSchema.assertFits(Schemas.WHY_OUTPUT, run.json());
    assertThat(run.json().path("code").asText()).isEqualTo(code.id());
    assertThat(run.json().path("name").asText()).isEqualTo(code.slug());
  }

  @Test
  void an_unknown_code_is_misuse() {
    Run run = Run.of("why", "SLU9999");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("no finding has the code `SLU9999`");
  }
}
