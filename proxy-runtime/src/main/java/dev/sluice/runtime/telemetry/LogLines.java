package dev.sluice.runtime.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/// How a log event becomes one line: tab-separated text with `key=value` fields, or one JSON
/// object.
///
/// Values that come from the network cannot break out of their line or field. Source of the shapes:
/// ztunnel's logs.
final class LogLines {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private LogLines() {}

  /// `time TAB level TAB scope TAB message TAB k=v …`.
  static final class Plain extends LayoutBase<ILoggingEvent> {
    @Override
    public String doLayout(ILoggingEvent event) {
      var line = new StringBuilder(256);
      line.append(TIME.format(event.getInstant()))
          .append('\t')
          .append(event.getLevel().toString().toLowerCase(Locale.ROOT))
          .append('\t')
          .append(scope(event))
          .append('\t');
      appendClean(line, event.getFormattedMessage());
      char separator = '\t';
      for (KeyValuePair pair : pairs(event)) {
        line.append(separator).append(pair.key).append('=');
        if (isBare(pair)) {
          line.append(pair.value);
        } else {
          line.append('"');
          appendClean(line, String.valueOf(pair.value));
          line.append('"');
        }
        separator = ' ';
      }
      line.append('\n');
      if (event.getThrowableProxy() != null) {
        line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
      }
      return line.toString();
    }

    /// Numbers and addresses stand without quotes, as upstream writes them; what a peer sent as an
    /// address only when it looks like one.
    private static boolean isBare(KeyValuePair pair) {
      return pair.value instanceof Number
          || (pair.key.endsWith("addr")
              && String.valueOf(pair.value).chars().allMatch(Plain::isOfAddress));
    }

    private static boolean isOfAddress(int c) {
      return (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || ".:-[]".indexOf(c) >= 0;
    }

    private static void appendClean(StringBuilder line, String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '"' || c == '\\') {
          line.append('\\').append(c);
        } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
          line.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
        } else {
          line.append(c);
        }
      }
    }
  }

  /// One JSON object per line.
  static final class Json extends LayoutBase<ILoggingEvent> {
    private final JsonFactory factory = new JsonFactory();

    @Override
    public String doLayout(ILoggingEvent event) {
      var out = new StringWriter(256);
      try (JsonGenerator json = factory.createGenerator(out)) {
        json.writeStartObject();
        json.writeStringField("level", event.getLevel().toString().toLowerCase(Locale.ROOT));
        json.writeStringField("time", TIME.format(event.getInstant()));
        json.writeStringField("scope", scope(event));
        json.writeStringField("message", event.getFormattedMessage());
        for (KeyValuePair pair : pairs(event)) {
          writeField(json, pair);
        }
        if (event.getThrowableProxy() != null) {
          json.writeStringField("stack", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        json.writeEndObject();
      } catch (IOException impossible) {
        throw new UncheckedIOException("a string cannot fail to be written", impossible);
      }
      return out.append('\n').toString();
    }

    private static void writeField(JsonGenerator json, KeyValuePair pair) throws IOException {
      if (pair.value instanceof Number number) {
        json.writeNumberField(pair.key, number.longValue());
      } else {
        json.writeStringField(pair.key, String.valueOf(pair.value));
      }
    }
  }

  private static String scope(ILoggingEvent event) {
    String name = event.getLoggerName();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  @SuppressWarnings("NullAway") // logback returns null when there are none
  private static List<KeyValuePair> pairs(ILoggingEvent event) {
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    return pairs == null ? List.of() : pairs;
  }
}
