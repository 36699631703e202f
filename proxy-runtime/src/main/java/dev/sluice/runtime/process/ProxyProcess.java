package dev.sluice.runtime.process;

import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.telemetry.Logs;
import dev.sluice.runtime.telemetry.MeshMetrics;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of a proxy process: runs until a signal or `/quitquitquit`, drains, exits with 0.
public final class ProxyProcess {

  /// Exit code for settings that cannot be used.
  public static final int EXIT_USAGE = 2;

  private static final Logger LOG = LoggerFactory.getLogger(ProxyProcess.class);
  private static final Duration AFTER_DRAIN = Duration.ofSeconds(10);

  private ProxyProcess() {}

  /// Makes it a problem when the native transport or BoringSSL is missing.
  public static void checkTransport(Environment environment) {
    switch (Transport.require()) {
      case Transport.Requirement.Missing(var library, var reason, var help) ->
          environment.problem(library + " cannot be loaded: " + reason + "; " + help);
      case Transport.Requirement.Met _ -> {}
    }
  }

  /// Tells about the process's sockets in `metrics` and, while ready, keeps what is new away from a
  /// successor that joins the listeners before its turn.
  public static void keepListeners(Transport transport, MeshMetrics metrics, Readiness readiness) {
    ProcessMetrics.register(metrics, transport);
    transport.listeners().leadWhile(readiness::isReady, transport.loops());
  }

  /// Prints every problem and ends the process with {@link #EXIT_USAGE}.
  public static void refuse(String program, List<String> problems, PrintStream err) {
    problems.forEach(problem -> err.println(program + ": " + problem));
    err.flush();
    Runtime.getRuntime().halt(EXIT_USAGE);
  }

  /// Waits for SIGTERM, SIGINT or a drain request, drains, closes and ends the process; does not
  /// return.
  public static void serve(Drain drain, Duration deadline, Logs logs, Runnable close) {
    Thread serving = Thread.currentThread();
    Duration most = deadline.plus(AFTER_DRAIN);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("signal")
                .unstarted(() -> {
                  drain.request();
                  // Were this to return first, the exit code would be the signal's.
                  awaitEnd(serving, most);
                }));
    try {
      drain.awaitRequest();
      LOG.info("draining");
      int cut = drain.run();
      close.run();
      LOG.atInfo().addKeyValue("cut", cut).log("stopped");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    logs.stop();
    // The virtual machine may be in its shutdown already, where `exit` would wait for itself.
    Runtime.getRuntime().halt(0);
  }

  private static void awaitEnd(Thread serving, Duration most) {
    try {
      if (!serving.join(most)) {
        LOG.error("the drain did not end in time");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
