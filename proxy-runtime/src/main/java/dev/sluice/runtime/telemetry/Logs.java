package dev.sluice.runtime.telemetry;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The process's log on standard output: one writer thread behind a bounded queue.
///
/// A full queue drops lines and counts them: logging never holds up traffic.
public final class Logs {

  /// Lines that may wait for the writer.
  public static final int QUEUE = 8_192;

  private static final int FLUSH_MILLIS = 2_000;

  /// The shape of a line.
  public enum Format {
    PLAIN,
    JSON
  }

  private final LoggerContext context;
  private final String usual;
  private final AtomicLong dropped;
  private final Set<ch.qos.logback.classic.Logger> changed = new HashSet<>();

  private Logs(LoggerContext context, String usual, AtomicLong dropped) {
    this.context = context;
    this.usual = usual;
    this.dropped = dropped;
  }

  /// Takes over all logging of the process; `levels` are as for [#setLevels], for example `info`.
  public static Logs start(Format format, String levels) {
    var context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    Layout<ILoggingEvent> layout =
        switch (format) {
          case PLAIN -> new LogLines.Plain();
          case JSON -> new LogLines.Json();
        };
    layout.setContext(context);
    layout.start();
    var encoder = new LayoutWrappingEncoder<ILoggingEvent>();
    encoder.setContext(context);
    encoder.setLayout(layout);
    encoder.start();
    var console = new ConsoleAppender<ILoggingEvent>();
    console.setContext(context);
    console.setEncoder(encoder);
    console.start();
    var dropped = new AtomicLong();
    var async = new Counting(dropped);
    async.setContext(context);
    async.setQueueSize(QUEUE);
    async.setDiscardingThreshold(0);
    async.setNeverBlock(true);
    async.setMaxFlushTime(FLUSH_MILLIS);
    async.addAppender(console);
    async.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(async);
    var logs = new Logs(context, levels, dropped);
    logs.setLevels("");
    return logs;
  }

  private static final class Counting extends AsyncAppender {
    private final AtomicLong dropped;

    Counting(AtomicLong dropped) {
      this.dropped = dropped;
    }

    @Override
    protected void append(ILoggingEvent event) {
      if (getRemainingCapacity() == 0) {
        dropped.incrementAndGet();
      }
      super.append(event);
    }
  }

  /// Lines dropped so far, give or take concurrent ones.
  public long dropped() {
    return dropped.get();
  }

  /// What is wrong with levels as [#setLevels] takes them; empty when nothing is.
  public static Optional<String> problem(String levels) {
    return Stream.of(levels.split(",", -1))
        .filter(part -> level(levelOf(part)).isEmpty())
        .findFirst()
        .map(part -> "`" + part + "` names no level");
  }

  private static String levelOf(String part) {
    return part.substring(part.indexOf('=') + 1).strip();
  }

  private static Optional<Level> level(String word) {
    Level level = Level.toLevel(word, null);
    return Optional.ofNullable(level);
  }

  /// Sets levels: `debug`, or `scope=debug,…`; empty text goes back to the levels of the start.
  ///
  /// A scope is the name that a log line shows, such as `access`, or the last part of a package's
  /// name; the levels `trace`, `debug`, `info`, `warn`, `error` and `off` may be written in any
  /// case.
  ///
  /// @return the problem; empty when the levels are set
  public synchronized Optional<String> setLevels(String levels) {
    if (levels.isEmpty()) {
      changed.forEach(logger -> logger.setLevel(null));
      changed.clear();
      root().setLevel(Level.INFO);
      context.getLogger("io.netty").setLevel(Level.WARN);
    }
    String wanted = levels.isEmpty() ? usual : levels;
    Optional<String> problem = problem(wanted);
    if (problem.isPresent()) {
      return problem;
    }
    for (String part : wanted.split(",", -1)) {
      set(part, level(levelOf(part)).orElse(Level.INFO));
    }
    return Optional.empty();
  }

  private void set(String part, Level level) {
    int equals = part.indexOf('=');
    if (equals < 0) {
      root().setLevel(level);
      return;
    }
    String scope = part.substring(0, equals).strip();
    var loggers =
        context.getLoggerList().stream()
            .filter(logger -> logger.getName().endsWith("." + scope))
            .collect(Collectors.toSet());
    loggers.add(context.getLogger(scope));
    loggers.forEach(logger -> logger.setLevel(level));
    changed.addAll(loggers);
  }

  /// The level of everything that has no own one.
  public String currentLevel() {
    return String.valueOf(root().getLevel());
  }

  private ch.qos.logback.classic.Logger root() {
    return context.getLogger(Logger.ROOT_LOGGER_NAME);
  }

  /// Writes what is queued and stops.
  public void stop() {
    context.stop();
  }
}
