package dev.sluice.verify.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs programs to their end.
final class Shell {

  private static final long PATIENCE_SECONDS = 60;

  private Shell() {}

  /// How a program ended and what it printed, on either stream.
  record Result(int exit, String output) {
    boolean isWell() {
      return exit == 0;
    }
  }

  /// Runs a program; it must end within a minute.
  static Result run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = text(process.getInputStream());
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("`" + String.join(" ", command) + "` does not end");
      }
      return new Result(process.exitValue(), output);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    }
  }

  /// Runs a program that has to end well; what it printed.
  static String must(List<String> command) {
    Result result = run(command);
    if (!result.isWell()) {
      throw new AssertionError(
          "`"
              + String.join(" ", command)
              + "` ended with "
              + result.exit()
              + ": "
              + result.output());
    }
    return result.output();
  }

  /// The same for words that need no quoting.
  static String must(String command) {
    return must(List.of(command.split(" ")));
  }

  static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }
}
