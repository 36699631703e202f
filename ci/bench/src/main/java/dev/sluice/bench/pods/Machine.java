package dev.sluice.bench.pods;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;

/// What a figure was measured on.
final class Machine {

  private Machine() {}

  static String describe(int rounds, int seconds) throws IOException {
    String processor;
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      processor =
          lines
              .filter(line -> line.startsWith("model name"))
              .map(line -> line.substring(line.indexOf(':') + 2))
              .findFirst()
              .orElse("unknown processor");
    }
    String load = Files.readString(Path.of("/proc/loadavg")).strip();
    return """
    %s, %d × %s, Linux %s, load %s
    Java %s, ztunnel options %s
    %d rounds of %d s per figure, medians; two workers per proxy, client and server on one machine

    """
        .formatted(
            Instant.now(),
            Runtime.getRuntime().availableProcessors(),
            processor,
            System.getProperty("os.version"),
            load.substring(0, load.indexOf(' ')),
            System.getProperty("java.vm.version"),
            String.join(" ", SluiceZtunnel.usual().options()),
            rounds,
            seconds);
  }
}
