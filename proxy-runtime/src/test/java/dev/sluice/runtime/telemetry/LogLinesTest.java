package dev.sluice.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Verdict;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogLinesTest {

  private static String line(
      LayoutBase<ch.qos.logback.classic.spi.ILoggingEvent> layout, AccessEntry entry) {
    Logger logger = new LoggerContext().getLogger("access");
    var event =
        new LoggingEvent("test", logger, Level.INFO, "connection complete", null, new Object[0]);
    event.setInstant(Instant.parse("2026-01-02T03:04:05.678901Z"));
    entry
        .fields()
        .forEach(field -> event.addKeyValuePair(new KeyValuePair(field.name(), field.value())));
    return layout.doLayout(event);
  }

  private static AccessEntry entry() {
    return new AccessEntry()
        .with("src.addr", "10.0.0.1:4000")
        .with("dst.service", null)
        .with("bytes_sent", 12L)
        .decidedBy(
            new Verdict.Deny(
                new Verdict.Cause.ByRule(
                    new PolicyId("AuthorizationPolicy", "shop", "api-read"), 2)));
  }

  @Test
  void a_plain_line_has_time_level_scope_message_and_fields() {
    assertThat(line(new LogLines.Plain(), entry()))
        .isEqualTo(
            "2026-01-02T03:04:05.678901Z\tinfo\taccess\tconnection complete\t"
                + "src.addr=10.0.0.1:4000 bytes_sent=12"
                + " policy=\"AuthorizationPolicy shop/api-read\" rule=2 reason=\"rule\"\n");
  }

  @Test
  void an_address_that_is_none_is_quoted() {
    assertThat(
            line(new LogLines.Plain(), new AccessEntry().with("dst.hbone_addr", "[::1]:80 x=\"y")))
        .endsWith("\tdst.hbone_addr=\"[::1]:80 x=\\\"y\"\n");
    assertThat(line(new LogLines.Plain(), new AccessEntry().with("dst.hbone_addr", "api.shop:80")))
        .endsWith("\tdst.hbone_addr=api.shop:80\n");
  }

  @Test
  void a_json_line_is_one_object() throws Exception {
    var object = new ObjectMapper().readTree(line(new LogLines.Json(), entry()));

    assertThat(object.get("scope").asText()).isEqualTo("access");
    assertThat(object.get("bytes_sent").asLong()).isEqualTo(12);
    assertThat(object.get("rule").asInt()).isEqualTo(2);
    assertThat(object.has("dst.service")).isFalse();
  }

  @Test
  void a_value_from_the_network_cannot_forge_a_line_or_field() {
    var evil = new AccessEntry().with("path", "/\" status=\"200\n2026 info \u202e\u001b[2J");
    String plain = line(new LogLines.Plain(), evil);

    assertThat(plain).endsWith("\n").doesNotContain("\u202e").doesNotContain("\u001b");
    assertThat(plain.indexOf('\n')).isEqualTo(plain.length() - 1);
    assertThat(plain).contains("path=\"/\\\" status=\\\"200\\u000a2026 info \\u202e\\u001b[2J\"");
    String json = line(new LogLines.Json(), evil);
    assertThat(json.indexOf('\n')).isEqualTo(json.length() - 1);
  }
}
