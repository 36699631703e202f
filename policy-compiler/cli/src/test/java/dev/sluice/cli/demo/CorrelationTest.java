package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorrelationTest {

  private static final String INBOUND =
      """
      {"level":"error","scope":"access","message":"connection complete","src.addr":"127.20.30.2:4711",\
      "src.workload":"web","dst.workload":"ledger","direction":"inbound",\
      "reason":"no_allow_matched","error":"connection closed due to policy rejection"}
      """;
  private static final String OUTBOUND =
      INBOUND.replace("\"inbound\"", "\"outbound\"").replace("no_allow_matched", "");

  @TempDir Path folder;

  private static AccessLine line(String... pairs) {
    var fields = new java.util.HashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      fields.put(pairs[i], pairs[i + 1]);
    }
    return new AccessLine(fields);
  }

  @Test
  void only_lines_of_the_access_log_are_read() {
    assertThat(AccessLine.parse("{\"scope\":\"loader\",\"message\":\"bundle loaded\"}")).isEmpty();
    assertThat(AccessLine.parse("Exception in thread main")).isEmpty();
    assertThat(AccessLine.parse(INBOUND)).isPresent();
  }

  @Test
  void a_line_that_is_still_growing_waits_for_its_end() {
    String text = INBOUND + INBOUND.substring(0, 100);
    assertThat(AccessLogFile.whole(text)).hasSize(1);
    assertThat(AccessLogFile.whole(INBOUND.strip())).isEmpty();
  }

  @Test
  void a_connection_is_found_by_its_ends_on_the_side_that_decides() {
    var clue = new Clue.OfConnection("web", "ledger");
    assertThat(AccessLine.parse(INBOUND))
        .hasValueSatisfying(found -> assertThat(clue.fits(found)).isTrue());
    assertThat(AccessLine.parse(OUTBOUND))
        .hasValueSatisfying(found -> assertThat(clue.fits(found)).isFalse());
    assertThat(new Clue.OfConnection("orders-v1", "ledger").fits(AccessLine.parse(INBOUND).get()))
        .isFalse();
  }

  @Test
  void a_plaintext_connection_is_found_by_its_source_and_lack_of_identity() {
    var found = AccessLine.parse(INBOUND).orElseThrow();
    assertThat(new Clue.OfPlaintext("127.20.30.2", "ledger").fits(found)).isTrue();
    assertThat(new Clue.OfPlaintext("127.20.30.20", "ledger").fits(found)).isFalse();
    assertThat(new Clue.OfPlaintext("127.20.30.2", "catalog").fits(found)).isFalse();
    var proven = new java.util.HashMap<>(found.fields());
    proven.put("src.identity", "spiffe://cluster.local/ns/shop/sa/web");
    assertThat(new Clue.OfPlaintext("127.20.30.2", "ledger").fits(new AccessLine(proven)))
        .isFalse();
  }

  @Test
  void a_request_is_found_by_its_id() {
    var found = line("path", "/orders/7", "request_id", "demo-1-requests-3");
    assertThat(new Clue.OfRequest("demo-1-requests-3").fits(found)).isTrue();
    assertThat(new Clue.OfRequest("demo-1-requests-4").fits(found)).isFalse();
  }

  @Test
  void what_was_logged_before_the_attempt_is_not_taken_for_it()
      throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("log"), INBOUND);
    var log = new AccessLogFile(file);
    long mark = log.end();
    var clue = new Clue.OfConnection("web", "ledger");
    assertThat(log.await(mark, clue::fits, Duration.ZERO)).isEmpty();
    Files.writeString(file, INBOUND, StandardOpenOption.APPEND);
    assertThat(log.await(mark, clue::fits, Duration.ofSeconds(5))).isPresent();
  }

  @Test
  void the_deciding_rule_is_named_shortly() {
    var byRule =
        line("policy", "AuthorizationPolicy shop/orders-read", "rule", "0", "reason", "rule");
    var byPolicy =
        line("policy", "PeerAuthentication istio-system/mesh-mtls", "reason", "plaintext_refused");
    assertThat(byRule.decidedBy()).isEqualTo("orders-read #1");
    assertThat(byPolicy.decidedBy()).isEqualTo("mesh-mtls (plaintext)");
    assertThat(line("reason", "no_allow_matched").decidedBy()).isEqualTo("no_allow_matched");
    assertThat(new AccessLine(Map.of()).decidedBy()).isEmpty();
  }
}
