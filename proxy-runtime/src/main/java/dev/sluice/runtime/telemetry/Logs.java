package dev.sluice.runtime.telemetry;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.Layout;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
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
  private final Level usual;
  private final AtomicLong dropped;

  private Logs(LoggerContext context, Level usual, AtomicLong dropped) {
    this.context = context;
    this.usual = usual;
    this.dropped = dropped;
  }

  /// Takes over all logging of the process; `level` is a word such as `info`.
  public static Logs start(Format format, String level) {
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
    Level usual = Level.toLevel(level, Level.INFO);
    root.setLevel(usual);
    context.getLogger("io.netty").setLevel(Level.WARN);
    return new Logs(context, usual, dropped);
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

  /// Whether `word` names a level.
  public static boolean isLevel(String word) {
    return level(word).isPresent();
  }

  private static Optional<Level> level(String word) {
    Level level = Level.toLevel(word, null);
    return Optional.ofNullable(level);
  }

  /// Sets levels: `debug`, or `scope=debug,…`; empty text goes back to the level of the start.
  ///
  /// @return the problem; empty when the levels are set
  public Optional<String> setLevels(String spec) {
    if (spec.isEmpty()) {
      root().setLevel(usual);
      context.getLogger(AccessLog.SCOPE).setLevel(null);
      return Optional.empty();
    }
    for (String part : spec.split(",", -1)) {
      int equals = part.indexOf('=');
      var level = level(part.substring(equals + 1).trim());
      if (level.isEmpty()) {
        return Optional.of("`" + part + "` names no level");
      }
      var logger = equals < 0 ? root() : context.getLogger(part.substring(0, equals).trim());
      logger.setLevel(level.get());
    }
    return Optional.empty();
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
