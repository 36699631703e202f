package dev.sluice.verify.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/// A TCP connection from inside a pod: lines go in, lines and the end come out.
final class HeldConnection implements AutoCloseable {

  private final Process process;
  private final Writer to;
  private final BufferedReader from;

  HeldConnection(Process process) {
    this.process = process;
    this.to = process.outputWriter(StandardCharsets.UTF_8);
    this.from =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /// Sends a line and waits for the next of the server, or for `(end)`, `(reset)` or `(refused)`.
  String say(String line) {
    try {
      to.write(line + "\n");
      to.flush();
    } catch (IOException ended) {
      // The program ends with the connection; what it said last is still there to be read.
      return hear();
    }
    return hear();
  }

  /// The next line of the server, or how the connection ended.
  String hear() {
    try {
      String line = from.readLine();
      return line == null ? "(gone)" : line;
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
