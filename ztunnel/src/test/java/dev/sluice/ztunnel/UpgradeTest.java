package dev.sluice.ztunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.runtime.bundle.TestBundles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A new ztunnel takes the place of the old one under load.
class UpgradeTest {

  @TempDir Path dir;

  private TestMesh mesh;

  @BeforeEach
  void lay() throws IOException {
    mesh = new TestMesh(dir);
  }

  @AfterEach
  void clear() throws IOException {
    mesh.close();
  }

  private static String ask(Socket socket, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    socket.getOutputStream().write(bytes);
    return new String(socket.getInputStream().readNBytes(bytes.length), StandardCharsets.UTF_8);
  }

  /// Connects, asks, closes, over and over.
  private static final class Storm {
    private final AtomicInteger served = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> clients = new ArrayList<>();
    private volatile boolean over;

    void rageOver(InetSocketAddress target, String source) {
      for (int i = 0; i < 4; i++) {
        clients.add(Thread.ofVirtual().start(() -> run(target, source)));
      }
    }

    private void run(InetSocketAddress target, String source) {
      while (!over) {
        try (Socket socket = TestMesh.dial(source, target)) {
          String answer = ask(socket, "hello");
          if (answer.equals("hello")) {
            served.incrementAndGet();
          } else {
            failures.add("`" + answer + "` at " + target);
          }
        } catch (IOException failed) {
          failures.add(failed.getMessage() + " at " + target);
        }
      }
    }

    void serveMore() {
      int before = served.get();
      await().until(() -> served.get() > before + 100 || !failures.isEmpty());
    }

    void end() throws InterruptedException {
      over = true;
      for (Thread client : clients) {
        client.join();
      }
    }
  }

  @Test
  void a_successor_takes_over_and_no_connection_is_refused() throws Exception {
    mesh.bundles.publish(1, TestBundles.ztunnel(List.of(), List.of()));
    var old = mesh.startServer();
    var clients = mesh.startClients();
    var plaintext = new InetSocketAddress(mesh.api(), 8080);
    var tunnelled = clients.listener("outbound", "shop/web→" + TestMesh.VIP);
    await().until(old.proxy().readiness::isReady);
    await().until(clients.proxy().readiness::isReady);
    Storm storm = new Storm();
    storm.rageOver(plaintext, mesh.other());
    storm.rageOver(tunnelled, mesh.web());
    storm.serveMore();

    try (Socket longLived = TestMesh.dial(mesh.other(), plaintext)) {
      assertThat(ask(longLived, "old")).isEqualTo("old");
      var successor = mesh.startServer();
      await().until(successor.proxy().readiness::isReady);
      storm.serveMore();
      var draining = Thread.ofVirtual().start(() -> drain(old));
      storm.serveMore();
      assertThat(ask(longLived, "still")).as("what is open goes on").isEqualTo("still");
      draining.join();
      storm.serveMore();
      assertThat(longLived.getInputStream().read()).as("and ends at the deadline").isEqualTo(-1);
    } catch (java.net.SocketException reset) {
      // The cut at the deadline is a reset.
      assertThat(reset).hasMessageContaining("reset");
    }
    storm.end();

    assertThat(storm.failures).isEmpty();
  }

  private static void drain(TestMesh.Node node) {
    try {
      node.drain().run();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
