package dev.sluice.runtime.process;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.runtime.telemetry.Logs;
import dev.sluice.runtime.telemetry.MeshMetrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers questions about the proxy on three addresses: admin (loopback), metrics and readiness.
///
/// Paths and words are upstream ztunnel's; `/healthz/live` is ours.
public final class AdminServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
  private static final int BACKLOG = 64;
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";

  /// What the server asks for answers.
  ///
  /// @param configDump the body of `/config_dump`, as values that JSON can hold
  public record Sources(
      Supplier<Map<String, Object>> configDump,
      MeshMetrics metrics,
      Readiness readiness,
      Liveness liveness,
      Drain drain,
      Logs logs) {}

  private record Answer(int status, String contentType, String body) {
    static Answer text(int status, String body) {
      return new Answer(status, TEXT, body + "\n");
    }
  }

  @FunctionalInterface
  private interface Page {
    Answer answer(HttpExchange exchange) throws IOException;
  }

  private final Sources sources;
  private final ObjectMapper json = new ObjectMapper();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<HttpServer> servers = new ArrayList<>();

  private AdminServer(Sources sources) {
    this.sources = sources;
  }

  /// Binds the three addresses.
  ///
  /// @throws IOException when one of them is taken
  public static AdminServer start(Settings.Addresses addresses, Sources sources)
      throws IOException {
    var server = new AdminServer(sources);
    server.listen(
        addresses.admin(),
        Map.of(
            "/config_dump", get(server::configDump),
            "/logging", post(server::logging),
            "/quitquitquit", post(server::quit),
            "/metrics", get(server::metrics),
            "/healthz/ready", get(server::ready)));
    server.listen(
        addresses.stats(),
        Map.of("/metrics", get(server::metrics), "/stats/prometheus", get(server::metrics)));
    server.listen(
        addresses.readiness(),
        Map.of("/healthz/ready", get(server::ready), "/healthz/live", get(server::alive)));
    return server;
  }

  private void listen(InetSocketAddress address, Map<String, Page> pages) throws IOException {
    HttpServer server = HttpServer.create(address, BACKLOG);
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, pages));
    server.start();
    servers.add(server);
  }

  private void answer(HttpExchange exchange, Map<String, Page> pages) throws IOException {
    try (exchange) {
      Page page = pages.get(exchange.getRequestURI().getPath());
      Answer answer;
      try {
        answer = page == null ? Answer.text(404, "not found") : page.answer(exchange);
      } catch (RuntimeException bug) {
        LOG.error("admin request failed", bug);
        answer = Answer.text(500, "internal error");
      }
      exchange.getResponseHeaders().set("content-type", answer.contentType());
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static Page get(Page page) {
    return exchange ->
        exchange.getRequestMethod().equals("GET")
            ? page.answer(exchange)
            : Answer.text(405, "use GET");
  }

  // A browser sends `Origin` with what a foreign page makes it post; no tool of an operator does.
  private static Page post(Page page) {
    return exchange -> {
      if (!exchange.getRequestMethod().equals("POST")) {
        return Answer.text(405, "use POST");
      }
      return exchange.getRequestHeaders().containsKey("Origin")
          ? Answer.text(403, "not for browsers")
          : page.answer(exchange);
    };
  }

  private Answer configDump(HttpExchange exchange) throws IOException {
    var dump = sources.configDump().get();
    return new Answer(200, JSON, json.writerWithDefaultPrettyPrinter().writeValueAsString(dump));
  }

  private Answer metrics(HttpExchange exchange) throws IOException {
    var exposition = sources.metrics().exposition(exchange.getRequestHeaders().getFirst("Accept"));
    var body = new ByteArrayOutputStream();
    exposition.writeTo(body);
    return new Answer(200, exposition.contentType(), body.toString(StandardCharsets.UTF_8));
  }

  private Answer ready(HttpExchange exchange) {
    return sources.readiness().isReady()
        ? Answer.text(200, "ready")
        : Answer.text(500, "not ready: " + String.join(", ", sources.readiness().pending()));
  }

  private Answer alive(HttpExchange exchange) {
    try {
      List<Integer> stuck = sources.liveness().stuck();
      return stuck.isEmpty()
          ? Answer.text(200, "alive")
          : Answer.text(500, "event loops do not answer: " + stuck);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      return Answer.text(500, "closing");
    }
  }

  private Answer quit(HttpExchange exchange) {
    sources.drain().request();
    return Answer.text(200, "shutting down");
  }

  private Answer logging(HttpExchange exchange) {
    String query = exchange.getRequestURI().getQuery();
    if (query == null) {
      return Answer.text(200, "current log level is " + sources.logs().currentLevel());
    }
    if (!query.equals("reset") && !query.startsWith("level=")) {
      return Answer.text(400, "use `?level=debug`, `?level=scope=debug` or `?reset`");
    }
    String spec = query.equals("reset") ? "" : query.substring("level=".length());
    return sources
        .logs()
        .setLevels(spec)
        .map(problem -> Answer.text(400, problem))
        .orElseGet(() -> Answer.text(200, "log level is " + sources.logs().currentLevel()));
  }

  /// Where `/config_dump` is.
  public InetSocketAddress admin() {
    return servers.get(0).getAddress();
  }

  /// Where `/metrics` is.
  public InetSocketAddress stats() {
    return servers.get(1).getAddress();
  }

  /// Where `/healthz/ready` is.
  public InetSocketAddress readiness() {
    return servers.get(2).getAddress();
  }

  @Override
  public void close() {
    servers.forEach(server -> server.stop(0));
    threads.shutdownNow();
  }
}
