package dev.sluice.ztunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.runtime.bundle.TestBundles;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two pods of a node, of which one opens all the connections it can.
class NoisyNeighbourTest {

  private static final int ROOM = 60;

  @TempDir Path dir;

  private final List<Socket> flood = new ArrayList<>();
  private TestMesh mesh;

  @BeforeEach
  void lay() throws IOException {
    mesh = new TestMesh(dir);
  }

  @AfterEach
  void clear() throws IOException {
    for (Socket socket : flood) {
      socket.close();
    }
    mesh.close();
  }

  private static boolean isServed(Socket socket) {
    try {
      socket.getOutputStream().write(7);
      return socket.getInputStream().read() == 7;
    } catch (IOException reset) {
      return false;
    }
  }

  @Test
  void a_pod_that_floods_the_node_leaves_room_for_another() throws Exception {
    mesh.bundles.publish(1, TestBundles.ztunnel(List.of(), List.of()));
    mesh.startServer();
    var clients = mesh.startClients(ROOM);
    await().until(clients.proxy().readiness::isReady);
    InetSocketAddress flooded = clients.listener("outbound", "shop/web→" + TestMesh.VIP);
    InetSocketAddress quiet = clients.listener("outbound", "shop/other→" + TestMesh.VIP);

    for (int i = 0; i < 3 * ROOM; i++) {
      flood.add(TestMesh.dial(mesh.web(), flooded));
    }
    long served = flood.stream().filter(NoisyNeighbourTest::isServed).count();

    assertThat(served).isEqualTo(ROOM / 2);
    for (int i = 0; i < 10; i++) {
      try (Socket socket = TestMesh.dial(mesh.other(), quiet)) {
        assertThat(isServed(socket)).isTrue();
      }
    }

    for (Socket socket : flood) {
      socket.close();
    }
    await().until(() -> isServed(TestMesh.dial(mesh.web(), flooded)));
  }
}
