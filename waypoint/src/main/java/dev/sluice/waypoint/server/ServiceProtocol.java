package dev.sluice.waypoint.server;

import dev.sluice.runtime.mesh.Service;
import java.util.Locale;

/// What is spoken on a Service port, as its `appProtocol` declares it. Source: Istio's protocol
/// selection, Gateway API GEP-1911.
enum ServiceProtocol {
  /// HTTP of either version, told apart by the first bytes.
  HTTP,
  /// HTTP/2 with prior knowledge towards endpoints.
  HTTP_2,
  /// Bytes.
  TCP,
  /// Not declared: told by the first bytes, within a bounded time.
  UNDECLARED;

  static ServiceProtocol of(Service service, int port) {
    String word = service.appProtocols().getOrDefault(port, "").toLowerCase(Locale.ROOT);
    return switch (word) {
      case "http", "http1", "http/1.1", "http_proxy", "kubernetes.io/ws" -> HTTP;
      case "http2", "h2c", "grpc", "grpc-web", "kubernetes.io/h2c" -> HTTP_2;
      case "tcp", "tls", "https", "mongo", "redis", "mysql", "kubernetes.io/wss" -> TCP;
      default -> UNDECLARED;
    };
  }
}
