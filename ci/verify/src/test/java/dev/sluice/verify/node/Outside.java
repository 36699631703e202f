package dev.sluice.verify.node;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A server outside of the mesh.
final class Outside implements AutoCloseable {

  private static final int PORT = 8090;

  private final String address;
  private final Process process;

  Outside(Netns at, Path home, String address) {
    this.address = address;
    process =
        at.start(
            home.resolve("outside.log"),
            List.of(
                "python3",
                home.resolve("app.py").toString(),
                "outside",
                Integer.toString(PORT),
                "9091"));
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> at.run(List.of("curl", "-sf", url())).isWell());
  }

  String url() {
    return "http://" + address + ":" + PORT + "/";
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
