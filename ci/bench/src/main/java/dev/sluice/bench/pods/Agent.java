package dev.sluice.bench.pods;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A [LoadAgent] in a pod, as seen from outside.
final class Agent implements AutoCloseable {

  private final Process process;
  private final BufferedWriter tasks;
  private final BufferedReader answers;

  private Agent(Process process) {
    this.process = process;
    this.tasks =
        new BufferedWriter(
            new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    this.answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static Agent start(Bed.Pod pod) throws IOException {
    var command =
        pod.command(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:MaxDirectMemorySize=512m",
                "-cp",
                System.getProperty("java.class.path", "")
                    .replace(File.pathSeparator + File.pathSeparator, File.pathSeparator),
                LoadAgent.class.getName()));
    return new Agent(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /// Gives a task and waits for its answer.
  ///
  /// @throws IOException when it failed
  synchronized Map<String, String> ask(String task) throws IOException {
    tasks.write(task + "\n");
    tasks.flush();
    String answer = answers.readLine();
    while (answer != null && !answer.startsWith("ok") && !answer.startsWith("failed")) {
      System.err.println(answer);
      answer = answers.readLine();
    }
    if (answer == null || !answer.startsWith("ok")) {
      throw new IOException("`" + task + "`: " + answer);
    }
    var result = new HashMap<String, String>();
    for (String pair : answer.split(" ", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        result.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return result;
  }

  /// One number of the answer to a task.
  long number(String task, String field) throws IOException {
    return Long.parseLong(ask(task).getOrDefault(field, "0"));
  }

  @Override
  public void close() {
    process.destroyForcibly();
    Shell.awaitEnd(process);
  }
}
