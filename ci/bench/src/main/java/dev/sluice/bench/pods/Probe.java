package dev.sluice.bench.pods;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// Asks a pod over HTTP, from the bridge, in as few steps as there are.
final class Probe {

  private static final int TIMEOUT_MILLIS = 2_000;

  private Probe() {}

  /// The body of `GET path`, with the status line in front; empty when nobody listens.
  static String get(String address, int port, String path) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      String request = "GET " + path + " HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException notYet) {
      return "";
    }
  }

  /// Whether `GET path` answers 200.
  static boolean isOk(String address, int port, String path) {
    return get(address, port, path).startsWith("HTTP/1.1 200");
  }

  /// Waits until `GET path` answers 200; returns how long after `startNanos` that was.
  static long awaitOk(Process process, String address, int port, long startNanos)
      throws IOException {
    while (!isOk(address, port, "/healthz/ready")) {
      if (!process.isAlive() || System.nanoTime() - startNanos > 30_000_000_000L) {
        throw new IOException("`" + address + ":" + port + "` does not become ready");
      }
      Shell.pause(1);
    }
    return (System.nanoTime() - startNanos) / 1_000_000;
  }

  /// The sum of a metric's series whose labels hold all of these texts.
  static double metric(String address, String name, String... labels) {
    return get(address, 15_020, "/metrics")
        .lines()
        .filter(line -> line.startsWith(name + "{"))
        .filter(line -> java.util.Arrays.stream(labels).allMatch(line::contains))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
