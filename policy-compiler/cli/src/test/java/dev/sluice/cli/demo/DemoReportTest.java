package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.demo.Observation.Decided;
import dev.sluice.cli.demo.Observation.Measured;
import dev.sluice.cli.demo.Shop.Role;
import dev.sluice.cli.terminal.Terminal;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DemoReportTest {

  private static final Probe READ =
      new Probe.Meshed(
          new Shop.Way(Shop.WEB, Shop.ORDERS.target()),
          Probe.Meshed.Sense.REQUEST,
          HttpCall.get("/orders/7"),
          "",
          Expectation.allowed(Role.WAYPOINT, "orders-read #1"));
  private static final AccessLine BY_READ =
      new AccessLine(
          Map.of("policy", "AuthorizationPolicy shop/orders-read", "rule", "0", "reason", "rule"));

  private static Answer status(int status) {
    return new Answer.Replied(new HttpDial.Reply(status, Map.of(), "body"));
  }

  private static Decided seen(Answer answer, Optional<AccessLine> line) {
    return Decided.of("requests", READ, answer, line);
  }

  @Test
  void the_expected_answer_by_the_expected_rule_is_no_surprise() {
    assertThat(seen(status(200), Optional.of(BY_READ)).surprises()).isEmpty();
  }

  @Test
  void another_answer_another_rule_and_a_missing_line_are_surprises() {
    var other = new AccessLine(Map.of("reason", "no_allow_policy"));
    assertThat(seen(status(403), Optional.of(BY_READ)).surprises()).hasSize(1);
    assertThat(seen(status(200), Optional.of(other)).surprises()).hasSize(1);
    assertThat(seen(status(200), Optional.empty()).surprises()).hasSize(1);
    assertThat(seen(new Answer.Silence(), Optional.empty()).surprises()).hasSize(2);
  }

  @Test
  void the_reason_alone_satisfies_an_expectation() {
    var guard =
        new AccessLine(Map.of("policy", "Guard shop/orders-read", "reason", "guard_refused"));
    assertThat(Expectation.denied(Role.NODE2, "guard_refused").isDecidedAsExpected(guard)).isTrue();
    assertThat(Expectation.denied(Role.NODE2, "no_policy").isDecidedAsExpected(guard)).isFalse();
  }

  @Test
  void answers_become_decisions() {
    assertThat(status(200).decision()).isEqualTo(Decision.ALLOW);
    assertThat(status(403).decision()).isEqualTo(Decision.DENY);
    assertThat(status(401).decision()).isEqualTo(Decision.REJECT);
    assertThat(status(503).decision()).isEqualTo(Decision.UNCLEAR);
    assertThat(new Answer.Cut("reset").decision()).isEqualTo(Decision.DENY);
  }

  @Test
  void a_report_is_as_expected_only_when_something_was_seen_and_nothing_surprised() {
    var report = new DemoReport();
    assertThat(report.isAsExpected()).isFalse();
    report.add(Measured.good("split", "share", "10 %", "11 %"));
    assertThat(report.isAsExpected()).isTrue();
    report.add(Measured.bad("split", "share", "10 %", "90 %"));
    assertThat(report.isAsExpected()).isFalse();
    assertThat(report.summary()).isEqualTo("1 of 2 observations are not as expected");
  }

  @Test
  void the_document_for_programs_has_every_observation() {
    var report = new DemoReport();
    report.add(seen(status(403), Optional.of(BY_READ)));
    var tree = Json.parse(Json.pretty(report.json())).orElseThrow();
    assertThat(tree.path("asExpected").asBoolean()).isFalse();
    var first = tree.path("observations").path(0);
    assertThat(first.path("from").asText()).isEqualTo("web");
    assertThat(first.path("to").asText()).isEqualTo("orders");
    assertThat(first.path("decision").asText()).isEqualTo("deny");
    assertThat(first.path("expected").asText()).isEqualTo("allow");
    assertThat(first.path("by").asText()).isEqualTo("orders-read #1");
  }

  @Test
  void tables_fit_the_screen() {
    var long_ =
        new AccessLine(Map.of("policy", "AuthorizationPolicy a/" + "x".repeat(90), "rule", "1"));
    var lines =
        DemoReport.decisions(
                List.of(
                    seen(status(200), Optional.of(BY_READ)), seen(status(200), Optional.of(long_))))
            .lines((_, text) -> text);
    assertThat(lines)
        .hasSize(3)
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(TextTable.WIDTH));
    assertThat(lines.get(1)).startsWith("✓  web → orders  GET /orders/7  allow 200");
    assertThat(lines.get(2)).startsWith("✗").endsWith("…");
  }

  private static Console console(
      StringWriter out, Set<Terminal.Screen> screens, Console.Reader reader) {
    var terminal =
        new Terminal(
            InputStream.nullInputStream(),
            new PrintWriter(out),
            new PrintWriter(new StringWriter()),
            screens,
            Map.of(),
            InstantSource.system());
    return new Console(terminal, reader);
  }

  @Test
  void colour_appears_on_a_screen_only() {
    var off = console(new StringWriter(), Set.of(), Console.Reader.PEOPLE);
    var on = console(new StringWriter(), Set.of(Terminal.Screen.OUT), Console.Reader.PEOPLE);
    assertThat(off.paint(Tone.GOOD, "yes")).isEqualTo("yes");
    assertThat(on.paint(Tone.GOOD, "yes")).contains("yes").contains("\u001b[");
    assertThat(on.paint(Tone.PLAIN, "yes")).isEqualTo("yes");
  }

  @Test
  void programs_read_the_document_and_nothing_else() {
    var out = new StringWriter();
    var console = console(out, Set.of(), Console.Reader.PROGRAM);
    console.heading("Requests");
    console.line("…");
    console.document("{}");
    assertThat(out.toString().strip()).isEqualTo("{}");
  }
}
