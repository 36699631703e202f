package dev.sluice.runtime.hbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Somebody else on the node whose connections must not suffer: asks its application over a
/// connection that lasts and over new ones, again and again.
final class Tenant implements AutoCloseable {

  private final InetSocketAddress capture;
  private final AtomicInteger served = new AtomicInteger();
  private final AtomicLong slowestNanos = new AtomicLong();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean over;

  /// Through the listener `capture`, which leads to an echo.
  Tenant(InetSocketAddress capture) throws IOException {
    this.capture = capture;
    Socket lasting = dial();
    thread = Thread.ofVirtual().start(() -> run(lasting));
    await().until(() -> served.get() > 2);
    slowestNanos.set(0);
  }

  private Socket dial() throws IOException {
    Socket socket = new Socket(capture.getAddress(), capture.getPort());
    socket.setSoTimeout(5_000);
    return socket;
  }

  private void run(Socket lasting) {
    try (lasting) {
      while (!over) {
        long start = System.nanoTime();
        ask(lasting);
        try (Socket fresh = dial()) {
          ask(fresh);
        }
        long took = System.nanoTime() - start;
        slowestNanos.accumulateAndGet(took, Math::max);
        served.incrementAndGet();
      }
    } catch (IOException failed) {
      failures.add(failed.toString());
    }
  }

  private static void ask(Socket socket) throws IOException {
    socket.getOutputStream().write(7);
    if (socket.getInputStream().read() != 7) {
      throw new IOException("no echo");
    }
  }

  /// It was served ten times more, in time, and never failed.
  void assertUnharmed() {
    int before = served.get();
    await().until(() -> served.get() > before + 10 || !failures.isEmpty());
    assertThat(failures).isEmpty();
    assertThat(slowestNanos.get()).isLessThan(2_000_000_000L);
  }

  @Override
  public void close() {
    over = true;
    await().until(() -> !thread.isAlive());
  }
}
