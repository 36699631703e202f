package dev.sluice.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/// The application of one pod: says who it is and what it was asked.
///
/// It listens on plain loopback; its pod's address belongs to ztunnel, which leads here what is let
/// through.
final class SampleService implements AutoCloseable {

  private static final int BACKLOG = 128;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Shop.Pod pod;

  private SampleService(Shop.Pod pod, HttpServer server) {
    this.pod = pod;
    this.server = server;
    server.setExecutor(threads);
    server.createContext("/", this::answer);
  }

  /// Starts the application of a pod on a free port.
  static SampleService start(Shop.Pod pod) throws IOException {
    var any = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
    var service = new SampleService(pod, HttpServer.create(any, BACKLOG));
    service.server.start();
    return service;
  }

  /// Where it listens.
  InetSocketAddress address() {
    return server.getAddress();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      byte[] body = Json.line(description(exchange)).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Map<String, Object> description(HttpExchange exchange) {
    Map<String, String> echoed =
        exchange.getRequestHeaders().entrySet().stream()
            .filter(header -> header.getKey().toLowerCase(java.util.Locale.ROOT).startsWith("x-"))
            .collect(
                Collectors.toMap(
                    header -> header.getKey().toLowerCase(java.util.Locale.ROOT),
                    header -> String.join(",", header.getValue())));
    return Map.of(
        "service", pod.app(),
        "version", pod.labels().getOrDefault("version", "v1"),
        "method", exchange.getRequestMethod(),
        "path", exchange.getRequestURI().toString(),
        "headers", echoed);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
