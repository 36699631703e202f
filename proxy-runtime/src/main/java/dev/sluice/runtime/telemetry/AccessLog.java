package dev.sluice.runtime.telemetry;

import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// One line per finished connection or request, under the logger name `access`; at level debug also
/// one when it is opened.
///
/// Source of message texts and levels: ztunnel's access log.
public final class AccessLog {

  /// The logger's name.
  public static final String SCOPE = "access";

  private final Logger log = LoggerFactory.getLogger(SCOPE);

  /// One that begins; `entry` is only asked for when somebody wants to read it.
  public void opened(String what, Supplier<AccessEntry> entry) {
    if (log.isDebugEnabled()) {
      write(log.atDebug(), entry.get()).log("{} opened", what);
    }
  }

  /// A connection or request that ended well.
  public void complete(String what, AccessEntry entry) {
    write(log.atInfo(), entry).log("{} complete", what);
  }

  /// One that was refused, failed or was cut.
  public void failed(String what, AccessEntry entry, String error) {
    write(log.atError(), entry.with("error", error)).log("{} complete", what);
  }

  /// One that ended before it was known who talks to whom.
  public void refusedEarly(AccessEntry entry, String error) {
    write(log.atWarn(), entry.with("error", error)).log("connection failed");
  }

  private static LoggingEventBuilder write(LoggingEventBuilder event, AccessEntry entry) {
    LoggingEventBuilder result = event;
    for (AccessEntry.Field field : entry.fields()) {
      result = result.addKeyValue(field.name(), field.value());
    }
    return result;
  }
}
