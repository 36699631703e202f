package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.demo.Flow.Tally;
import org.junit.jupiter.api.Test;

class TallyTest {

  @Test
  void the_first_denial_is_remembered_and_what_is_served_after_it_counted() {
    var tally =
        Tally.fresh()
            .answered(200, 1)
            .answered(403, 2)
            .answered(403, 3)
            .answered(200, 4)
            .answered(503, 5);
    assertThat(tally.served()).isEqualTo(2);
    assertThat(tally.denied()).isEqualTo(2);
    assertThat(tally.other()).isEqualTo(1);
    assertThat(tally.servedAfterDenied()).isEqualTo(1);
    assertThat(tally.firstDenied()).hasValue(2);
    assertThat(tally.isAlive()).isTrue();
  }

  @Test
  void an_ended_connection_is_not_alive() {
    var tally = Tally.fresh().answered(200, 1).ended(9, "reset");
    assertThat(tally.isAlive()).isFalse();
    assertThat(tally.end().at()).hasValue(9);
    assertThat(tally.served()).isEqualTo(1);
  }
}
