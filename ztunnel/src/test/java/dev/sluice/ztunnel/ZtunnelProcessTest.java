package dev.sluice.ztunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.runtime.bundle.TestBundles;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZtunnelProcessTest {

  @TempDir Path dir;

  private final List<Process> processes = new ArrayList<>();
  private TestMesh mesh;

  @BeforeEach
  void lay() throws IOException {
    mesh = new TestMesh(dir);
  }

  @AfterEach
  void clear() throws IOException {
    processes.forEach(Process::destroyForcibly);
    mesh.close();
  }

  private Process start(Map<String, String> environment) throws IOException {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classPath(),
            Ztunnel.class.getName());
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true).redirectOutput(dir.resolve("out.log").toFile());
    var process = builder.start();
    processes.add(process);
    return process;
  }

  /// What the program runs with, without what tests add.
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("-tests.jar"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private Process startServer() throws IOException {
    Files.deleteIfExists(mesh.ports("n2"));
    var process = start(mesh.serverEnvironment());
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Files.exists(mesh.ports("n2")) || !process.isAlive());
    assertThat(process.isAlive()).as(output()).isTrue();
    return process;
  }

  private String output() throws IOException {
    return Files.readString(dir.resolve("out.log"));
  }

  private String askPlain() throws IOException {
    try (Socket socket = TestMesh.dial(mesh.web(), new InetSocketAddress(mesh.api(), 8080))) {
      socket.getOutputStream().write("hi".getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readNBytes(2), StandardCharsets.UTF_8);
    }
  }

  @Test
  void settings_that_cannot_be_used_are_all_named_and_end_it_with_2() throws Exception {
    var process = start(Map.of("ADMIN_ADDRESS", "0.0.0.0:1", "PROXY_MODE", "both"));

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(output().lines())
        .contains(
            "ztunnel: SLUICE_BUNDLE_DIR is required",
            "ztunnel: invalid ADMIN_ADDRESS=`0.0.0.0:1`: expected a loopback address",
            "ztunnel: invalid PROXY_MODE=`both`: expected one of dedicated, shared")
        .allMatch(line -> line.startsWith("ztunnel: "));
  }

  @Test
  void a_termination_signal_drains_and_ends_it_with_0() throws Exception {
    mesh.bundles.publish(1, TestBundles.ztunnel(List.of(), List.of()));
    var process = startServer();
    assertThat(askPlain()).isEqualTo("hi");
    var ports = new ObjectMapper().readTree(Files.readAllBytes(mesh.ports("n2")));
    assertThat(ports.get("pid").asLong()).isEqualTo(process.pid());

    process.destroy();

    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(output()).contains("draining").contains("stopped");
  }

  @Test
  void a_killed_proxy_comes_back_on_the_last_good_bundle() throws Exception {
    mesh.bundles.publish(1, TestBundles.ztunnel(List.of(), List.of()));
    startServer().destroyForcibly().waitFor();
    Files.delete(mesh.bundles.directory().resolve("current"));

    startServer();

    assertThat(askPlain()).isEqualTo("hi");
    assertThat(output()).contains("last good bundle recovered");
  }
}
