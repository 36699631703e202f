package dev.sluice.verify.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A program of `src/test/node` that runs beside the test and speaks JSON lines.
final class NodeProgram implements AutoCloseable {

  private static final int MOST_SECONDS = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final BufferedReader lines;

  private NodeProgram(Process process) {
    this.process = process;
    this.lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /// Why Node cannot be used here; empty when it can.
  static Optional<String> missing() {
    try {
      Process version = new ProcessBuilder("node", "--version").start();
      boolean ended = version.waitFor(10, TimeUnit.SECONDS) && version.exitValue() == 0;
      return ended ? Optional.empty() : Optional.of("`node --version` fails");
    } catch (IOException notThere) {
      return Optional.of("there is no `node`: " + notThere.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  static NodeProgram start(String script, String... arguments) throws IOException {
    Path root = Path.of(Objects.requireNonNull(System.getProperty("sluice.root")));
    var command = new ArrayList<String>();
    command.add("node");
    command.add(root.resolve("ci/verify/src/test/node").resolve(script).toString());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    // Reading what it says cannot be interrupted, but ends with the program.
    CompletableFuture.delayedExecutor(MOST_SECONDS, TimeUnit.SECONDS)
        .execute(process::destroyForcibly);
    return new NodeProgram(process);
  }

  /// The next line with this event; others are passed over.
  JsonNode await(String event) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonNode told = JSON.readTree(line);
      if (told.path("event").asText().equals(event)) {
        return told;
      }
    }
    throw new IOException("the program ended before `" + event + "`");
  }

  /// The next line, whatever it is.
  JsonNode next() throws IOException {
    String line = lines.readLine();
    if (line == null) {
      throw new IOException("the program ended");
    }
    return JSON.readTree(line);
  }

  /// Gives a task; the answers come as event `answers`.
  JsonNode ask(String task) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write((task.replace("\n", " ") + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
    return await("answers").path("answers");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
