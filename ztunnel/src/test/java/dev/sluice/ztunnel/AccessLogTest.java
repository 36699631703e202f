package dev.sluice.ztunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.runtime.bundle.TestBundles;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/// Compares messages, levels and fields with Istio ztunnel's access log.
class AccessLogTest {

  private static final List<String> ENDS =
      List.of(
          "src.addr",
          "src.workload",
          "src.namespace",
          "src.identity",
          "src.cluster",
          "dst.addr",
          "dst.hbone_addr",
          "dst.service",
          "dst.workload",
          "dst.namespace",
          "dst.identity",
          "dst.cluster",
          "direction");
  private static final List<String> AMOUNTS = List.of("bytes_sent", "bytes_recv", "duration");

  @TempDir Path dir;

  private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();
  private final Logger access = (Logger) LoggerFactory.getLogger("access");
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          event.prepareForDeferredProcessing();
          lines.add(event);
        }
      };
  private TestMesh mesh;

  @BeforeEach
  void lay() throws IOException {
    mesh = new TestMesh(dir);
    appender.start();
    access.addAppender(appender);
    access.setLevel(Level.DEBUG);
    var onlyWeb =
        new AuthorizationPolicy(
            new PolicyId("AuthorizationPolicy", "shop", "api"),
            new Scope.InNamespace("shop"),
            Action.ALLOW,
            List.of(
                new AuthorizationPolicy.Rule(
                    0,
                    new Condition.Principal(
                        new StringMatch.Exact("cluster.local/ns/shop/sa/web")))));
    mesh.bundles.publish(1, TestBundles.ztunnel(List.of(onlyWeb), List.of()));
    mesh.startServer();
  }

  @AfterEach
  void clear() throws IOException {
    access.detachAppender(appender);
    access.setLevel(null);
    mesh.close();
  }

  private void call(String workload, String address) throws IOException {
    var clients = mesh.startClients();
    String listener = "shop/" + workload + "→" + TestMesh.VIP;
    try (Socket socket = TestMesh.dial(address, clients.listener("outbound", listener))) {
      socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    } catch (SocketException reset) {
      // a refused connection ends like this, and the log says why
    }
  }

  private ILoggingEvent line(String message, String direction) {
    await()
        .until(() ->
            lines.stream()
                .anyMatch(line -> isOf(line, message) && is(line, "direction", direction)));
    return lines.stream()
        .filter(line -> isOf(line, message) && is(line, "direction", direction))
        .findFirst()
        .orElseThrow();
  }

  private static boolean isOf(ILoggingEvent line, String message) {
    return line.getFormattedMessage().equals(message);
  }

  private static boolean is(ILoggingEvent line, String field, String value) {
    return line.getKeyValuePairs().contains(new KeyValuePair(field, value));
  }

  private static List<String> fields(ILoggingEvent line) {
    return line.getKeyValuePairs().stream().map(pair -> pair.key).toList();
  }

  private static String value(ILoggingEvent line, String field) {
    return line.getKeyValuePairs().stream()
        .filter(pair -> pair.key.equals(field))
        .map(pair -> String.valueOf(pair.value))
        .findFirst()
        .orElse("");
  }

  private static List<String> without(List<String> fields, String... left) {
    return fields.stream().filter(field -> !List.of(left).contains(field)).toList();
  }

  private static List<String> with(List<String> fields, String... more) {
    return Stream.concat(fields.stream(), Stream.of(more)).toList();
  }

  @Test
  void a_good_connection_has_upstreams_fields_in_upstreams_order() throws IOException {
    call("web", mesh.web());

    var outbound = line("connection complete", "outbound");
    assertThat(outbound.getLevel()).isEqualTo(Level.INFO);
    assertThat(fields(outbound)).isEqualTo(with(known(ENDS), AMOUNTS.toArray(String[]::new)));
    assertThat(value(outbound, "src.identity")).isEqualTo("spiffe://cluster.local/ns/shop/sa/web");
    assertThat(value(outbound, "dst.identity")).isEqualTo("spiffe://cluster.local/ns/shop/sa/api");
    assertThat(value(outbound, "dst.service")).isEqualTo("api.shop");
    assertThat(value(outbound, "dst.hbone_addr")).isEqualTo(mesh.api() + ":8080");
    assertThat(value(outbound, "dst.addr")).isEqualTo(mesh.api() + ":15008");
    assertThat(value(outbound, "bytes_sent")).isEqualTo("5");
    assertThat(value(outbound, "bytes_recv")).isEqualTo("5");
    assertThat(value(outbound, "duration")).matches("[0-9]+ms");

    var inbound = line("connection complete", "inbound");
    assertThat(inbound.getLevel()).isEqualTo(Level.INFO);
    assertThat(without(fields(inbound), "policy", "rule", "reason"))
        .isEqualTo(with(without(known(ENDS), "dst.hbone_addr"), AMOUNTS.toArray(String[]::new)));
    assertThat(value(inbound, "dst.addr")).isEqualTo(mesh.api() + ":8080");
    assertThat(value(inbound, "policy")).isEqualTo("AuthorizationPolicy shop/api");
  }

  // The test mesh has no clusters.
  private static List<String> known(List<String> fields) {
    return without(fields, "src.cluster", "dst.cluster");
  }

  @Test
  void an_opened_connection_is_told_at_debug_with_the_same_ends() throws IOException {
    call("web", mesh.web());

    var opened = line("connection opened", "outbound");
    assertThat(opened.getLevel()).isEqualTo(Level.DEBUG);
    assertThat(fields(opened)).isEqualTo(known(ENDS));
    assertThat(line("connection opened", "inbound").getLevel()).isEqualTo(Level.DEBUG);
  }

  @Test
  void a_refused_connection_is_an_error_with_the_same_message_and_the_reason_why()
      throws IOException {
    call("other", mesh.other());

    var inbound = line("connection complete", "inbound");
    assertThat(inbound.getLevel()).isEqualTo(Level.ERROR);
    assertThat(fields(inbound)).containsSubsequence("direction", "duration", "error", "reason");
    assertThat(value(inbound, "reason")).isEqualTo("no_allow_matched");
    var outbound = line("connection complete", "outbound");
    assertThat(outbound.getLevel()).isEqualTo(Level.ERROR);
    assertThat(value(outbound, "error")).contains("401");
  }
}
