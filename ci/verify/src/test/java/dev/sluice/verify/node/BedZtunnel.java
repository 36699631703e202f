package dev.sluice.verify.node;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;

/// The shared ztunnel of a node, as a process in the node's network namespace.
public final class BedZtunnel {

  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final int MOST_LINES = 40;

  private final Netns node;
  private final Path home;
  private final Map<String, String> environment;
  private final List<String> options;
  private Process process;

  private BedZtunnel(
      Netns node,
      Path home,
      Map<String, String> environment,
      List<String> options,
      Process process) {
    this.node = node;
    this.home = home;
    this.environment = environment;
    this.options = options;
    this.process = process;
  }

  /// Starts it and waits until it is ready.
  ///
  /// @param options for the virtual machine
  static BedZtunnel start(
      Netns node, Path home, Map<String, String> environment, List<String> options) {
    Process process = launch(node, home, environment, options);
    var ztunnel = new BedZtunnel(node, home, environment, options, process);
    ztunnel.awaitReady();
    return ztunnel;
  }

  private static Process launch(
      Netns node, Path home, Map<String, String> environment, List<String> options) {
    var command = new ArrayList<>(List.of("env"));
    environment.forEach((name, value) -> command.add(name + "=" + value));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Dslf4j.provider=ch.qos.logback.classic.spi.LogbackServiceProvider",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            "dev.sluice.ztunnel.Ztunnel"));
    return node.start(home.resolve("ztunnel.log"), command);
  }

  /// Ends it without ceremony and starts it anew.
  void restart() {
    kill();
    process = launch(node, home, environment, options);
    awaitReady();
  }

  void awaitReady() {
    try {
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .until(() -> !process.isAlive() || isReady());
    } catch (ConditionTimeoutException late) {
      throw new AssertionError("the ztunnel does not get ready:\n" + log(), late);
    }
    if (!process.isAlive()) {
      throw new AssertionError("the ztunnel ended:\n" + log());
    }
  }

  boolean isReady() {
    return node.run(List.of("curl", "-sf", "http://127.0.0.1:15021/healthz/ready")).isWell();
  }

  /// The configuration dump.
  JsonNode dump() {
    try {
      return new ObjectMapper()
          .readTree(
              node.run(List.of("curl", "-sS", "http://127.0.0.1:15000/config_dump")).output());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  String metrics() {
    return node.run(List.of("curl", "-sS", "http://127.0.0.1:15020/metrics")).output();
  }

  /// Names the pods it captures, from now on.
  void capture(Collection<BedPod> pods) {
    replace(captureFile(), BedMesh.capture(pods));
  }

  Path captureFile() {
    return home.resolve("capture.yaml");
  }

  static void replace(Path file, String text) {
    try {
      Path aside = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
      Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  /// The last lines it logged.
  String log() {
    try (Stream<String> lines = Files.lines(home.resolve("ztunnel.log"))) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - MOST_LINES), all.size()));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  long pid() {
    return process.pid();
  }

  /// Asks it to drain, as the kubelet does.
  void terminate() {
    process.destroy();
  }

  /// Waits for its end; the exit code.
  int awaitEnd() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("the ztunnel does not end:\n" + log());
      }
      return process.exitValue();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  void kill() {
    process.destroyForcibly();
    awaitEnd();
  }
}
