package dev.sluice.cli.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The log of a running proxy, read as it grows.
record AccessLogFile(Path file) {

  private static final Duration PAUSE = Duration.ofMillis(10);

  /// The place that the log has reached.
  long end() throws IOException {
    return Files.size(file);
  }

  /// Access-log lines written whole after `mark`.
  List<AccessLine> since(long mark) throws IOException {
    try (var channel = FileChannel.open(file)) {
      int size = (int) Math.max(0, Math.min(Integer.MAX_VALUE - 8, channel.size() - mark));
      var buffer = ByteBuffer.allocate(size);
      channel.position(mark);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
        // until everything is there
      }
      String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
      return whole(text);
    }
  }

  /// The access-log lines of a text whose last line may still be growing.
  static List<AccessLine> whole(String text) {
    return text.substring(0, text.lastIndexOf('\n') + 1)
        .lines()
        .flatMap(line -> AccessLine.parse(line).stream())
        .toList();
  }

  /// The first line after `mark` that fits, waiting for it at most so long.
  Optional<AccessLine> await(long mark, Predicate<AccessLine> wanted, Duration atMost)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (true) {
      var found = since(mark).stream().filter(wanted).findFirst();
      if (found.isPresent() || System.nanoTime() > deadline) {
        return found;
      }
      Thread.sleep(PAUSE);
    }
  }
}
