package dev.sluice.runtime.telemetry;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.SimpleFormatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings what the OpenTelemetry SDK has to say, by `java.util.logging`, into the log of the
/// process.
final class ExportLog extends Handler {

  private static final Logger LOG = LoggerFactory.getLogger(Traces.class);

  /// Kept, because loggers that nobody holds are forgotten with their handlers.
  private static final java.util.logging.Logger SDK =
      java.util.logging.Logger.getLogger("io.opentelemetry");

  private static final SimpleFormatter TEXT = new SimpleFormatter();

  private ExportLog() {}

  static synchronized void install() {
    SDK.setUseParentHandlers(false);
    if (SDK.getHandlers().length == 0) {
      SDK.addHandler(new ExportLog());
    }
  }

  @Override
  public void publish(LogRecord record) {
    if (record.getLevel().intValue() >= Level.WARNING.intValue()) {
      LOG.warn("export of traces: {}", TEXT.formatMessage(record));
    } else {
      LOG.debug("export of traces: {}", TEXT.formatMessage(record));
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
