package dev.sluice.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  @Test
  void a_header_is_read_and_written_alike() {
    String header = "00-" + TRACE + "-" + SPAN + "-01";

    assertThat(TraceContext.parse(header)).contains(new TraceContext(TRACE, SPAN, true));
    assertThat(new TraceContext(TRACE, SPAN, true).header()).isEqualTo(header);
    assertThat(TraceContext.fresh().header()).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
  }

  @Test
  void fields_of_later_versions_are_passed_over() {
    assertThat(TraceContext.parse("cc-" + TRACE + "-" + SPAN + "-03-what-the-future-brings"))
        .contains(new TraceContext(TRACE, SPAN, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-" + TRACE + "-" + SPAN + "-0",
        "00-" + TRACE + "-" + SPAN + "-01-more",
        "ff-" + TRACE + "-" + SPAN + "-01",
        "cc-" + TRACE + "-" + SPAN + "-01.more",
        "00-" + TRACE + "_" + SPAN + "-01",
        "00-0AF7651916CD43DD8448EB211C80319C-" + SPAN + "-01",
        "00-00000000000000000000000000000000-" + SPAN + "-01",
        "00-" + TRACE + "-0000000000000000-01"
      })
  void what_breaks_the_rules_is_no_context(String header) {
    assertThat(TraceContext.parse(header)).isEmpty();
  }
}
