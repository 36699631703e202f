package dev.sluice.cli.input;

import dev.sluice.cli.terminal.Terminal;
import dev.sluice.compiler.traffic.LogReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The access logs that a command was given: files, plain or gzip, or `-` for standard input.
public final class AccessLogs {

  private AccessLogs() {}

  /// Reads all of them one after the other; the problem with the first that cannot be read.
  public static Optional<String> read(List<String> files, Terminal terminal, LogReader.Sink sink) {
    for (String file : files) {
      try (InputStream stream = open(file, terminal)) {
        LogReader.read(stream, sink);
      } catch (IOException failure) {
        return Optional.of(
            "cannot read `" + file + "` (" + failure.getClass().getSimpleName() + ")");
      }
    }
    return Optional.empty();
  }

  private static InputStream open(String file, Terminal terminal) throws IOException {
    return file.equals("-") ? terminal.in() : Files.newInputStream(Path.of(file));
  }
}
