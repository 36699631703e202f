package dev.sluice.runtime.process;

import dev.sluice.runtime.netty.SocketSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Reads what can be set about sockets, under upstream's names, and what the process may open.
///
/// Source: ztunnel's configuration.
public final class SocketEnvironment {

  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final String OPEN_FILES = "Max open files";
  private static final int USUAL_LIMIT = 1_024;
  private static final int OTHER_FILES = 256;
  private static final int PER_CONNECTION = 2;
  private static final int FEWEST = 64;
  private static final int MOST_CONNECTIONS = 10_000_000;
  private static final Map<String, Boolean> SWITCH = Map.of("true", true, "false", false);

  private SocketEnvironment() {}

  /// Reads the options of sockets; problems are left with `environment`.
  public static SocketSettings read(Environment environment) {
    var usual = SocketSettings.defaults();
    var ports =
        environment.word(
            "INPOD_PORT_REUSE",
            Map.of("true", SocketSettings.Ports.SHARED, "false", SocketSettings.Ports.EXCLUSIVE),
            usual.ports());
    Duration idle = environment.duration("KEEPALIVE_TIME", Duration.ofMinutes(3));
    Duration interval = environment.duration("KEEPALIVE_INTERVAL", Duration.ofMinutes(3));
    int probes = environment.number("KEEPALIVE_RETRIES", 9, 1, 127);
    var keepalive = new SocketSettings.Keepalive(idle, interval, probes);
    boolean isKept = environment.word("KEEPALIVE_ENABLED", SWITCH, true);
    boolean isTimed = environment.word("USER_TIMEOUT_ENABLED", SWITCH, false);
    return new SocketSettings(
        ports,
        isKept ? Optional.of(keepalive) : Optional.empty(),
        isTimed ? Optional.of(keepalive.span()) : Optional.empty());
  }

  /// How many connections the proxy takes at once; unless it is set, what its file descriptors
  /// suffice for.
  public static int connections(Environment environment) {
    int open = Math.max(FEWEST, (openFiles() - OTHER_FILES) / PER_CONNECTION);
    return environment.number("SLUICE_MAX_CONNECTIONS", open, 2, MOST_CONNECTIONS);
  }

  /// The limit of this process; the virtual machine has raised it as far as it may.
  private static int openFiles() {
    try {
      for (String line : Files.readAllLines(LIMITS)) {
        if (line.startsWith(OPEN_FILES)) {
          String soft = line.substring(OPEN_FILES.length()).trim().split(" ", 2)[0];
          return soft.equals("unlimited") || soft.length() > 7
              ? MOST_CONNECTIONS
              : Integer.parseInt(soft);
        }
      }
    } catch (IOException none) {
      // Without /proc there is no telling; the usual limit is a safe guess.
      return USUAL_LIMIT;
    }
    return USUAL_LIMIT;
  }
}
