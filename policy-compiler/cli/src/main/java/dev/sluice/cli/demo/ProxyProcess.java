package dev.sluice.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A proxy that runs as a process of its own, with its log in a file.
final class ProxyProcess implements AutoCloseable {

  private static final int TAIL = 20;
  private static final long MOST_TAIL_BYTES = 64 * 1024;
  private static final long GRACE_MILLIS = 1_500;

  /// What the Java virtual machine of a small, short-lived proxy needs.
  private static final List<String> FLAGS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xms32m", "-Xmx96m");

  private static final List<String> INHERITED = List.of("PATH", "HOME", "LANG", "LC_ALL", "TZ");

  /// How to start one.
  record Launch(Path jar, Map<String, String> environment, Path log, Path temporary) {
    Launch {
      environment = Map.copyOf(environment);
    }
  }

  private final Shop.Role role;
  private final Process process;
  private final Path log;

  private ProxyProcess(Shop.Role role, Process process, Path log) {
    this.role = role;
    this.process = process;
    this.log = log;
  }

  /// Starts the process with this program's own Java and with nothing of its environment that could
  /// be a setting.
  static ProxyProcess start(Shop.Role role, Launch launch) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.add("-Djava.io.tmpdir=" + launch.temporary());
    command.add("-jar");
    command.add(launch.jar().toString());
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    var environment = builder.environment();
    environment.keySet().retainAll(INHERITED);
    environment.putAll(launch.environment());
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectOutput(launch.log().toFile());
    return new ProxyProcess(role, builder.start(), launch.log());
  }

  /// Fails with the end of the log when the process has ended.
  void checkAlive() {
    if (!process.isAlive()) {
      throw new DemoFailure(
          "the " + role.title() + " ended with exit code " + process.exitValue(), tail());
    }
  }

  long pid() {
    return process.pid();
  }

  /// The last lines of the log.
  List<String> tail() {
    try (var channel = Files.newByteChannel(log)) {
      channel.position(Math.max(0, channel.size() - MOST_TAIL_BYTES));
      var buffer = java.nio.ByteBuffer.allocate((int) MOST_TAIL_BYTES);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // until everything is there
      }
      var text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
      List<String> lines = text.lines().toList();
      return lines.subList(Math.max(0, lines.size() - TAIL), lines.size());
    } catch (IOException unreadable) {
      return List.of("its log cannot be read: " + unreadable.getMessage());
    }
  }

  /// Asks the process to end, without waiting.
  void terminate() {
    process.destroy();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor(GRACE_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
