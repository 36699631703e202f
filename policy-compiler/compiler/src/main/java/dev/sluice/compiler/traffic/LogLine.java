package dev.sluice.compiler.traffic;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// One line of a proxy's log: its scope, message and fields.
///
/// Read from JSON or from tab-separated text with `key=value` fields, as our proxies and upstream's
/// ztunnel write them.
record LogLine(String scope, String message, Map<String, String> fields) {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int MOST_FIELDS = 128;
  private static final int TEXT_PARTS = 5;

  LogLine {
    fields = Map.copyOf(fields);
  }

  /// A field; empty text when it is not there.
  String field(String name) {
    return fields.getOrDefault(name, "");
  }

  /// Reads a line; empty when it is of neither form.
  static Optional<LogLine> parse(String line) {
    return line.startsWith("{") ? json(line) : text(line);
  }

  /// One flat object; upstream nests nothing either, so nested values are left out.
  private static Optional<LogLine> json(String line) {
    var fields = new HashMap<String, String>();
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value.isStructStart()) {
          parser.skipChildren();
        } else if (value != JsonToken.VALUE_NULL
            && (fields.putIfAbsent(name, parser.getText()) != null
                || fields.size() > MOST_FIELDS)) {
          return Optional.empty();
        }
      }
      if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
        return Optional.empty();
      }
    } catch (IOException malformed) {
      return Optional.empty();
    }
    String scope = fields.getOrDefault("scope", fields.getOrDefault("target", ""));
    return Optional.of(new LogLine(scope, fields.getOrDefault("message", ""), fields));
  }

  private static Optional<LogLine> text(String line) {
    String[] parts = line.split("\t", TEXT_PARTS);
    if (parts.length < TEXT_PARTS - 1) {
      return Optional.empty();
    }
    String scope = parts[2];
    int span = scope.indexOf(':');
    return pairs(parts.length < TEXT_PARTS ? "" : parts[TEXT_PARTS - 1])
        .map(fields -> new LogLine(span < 0 ? scope : scope.substring(0, span), parts[3], fields));
  }

  /// `key=value` pairs separated by blanks or tabs, values quoted or plain.
  private static Optional<Map<String, String>> pairs(String text) {
    var fields = new HashMap<String, String>();
    int at = 0;
    while (at < text.length()) {
      if (text.charAt(at) == ' ' || text.charAt(at) == '\t') {
        at++;
        continue;
      }
      int equals = text.indexOf('=', at);
      if (equals < 0) {
        return Optional.empty();
      }
      String name = text.substring(at, equals);
      int end = end(text, equals + 1);
      if (end < 0 || fields.size() >= MOST_FIELDS) {
        return Optional.empty();
      }
      String value = unquoted(text.substring(equals + 1, end));
      if (fields.putIfAbsent(name, value) != null) {
        return Optional.empty();
      }
      at = end;
    }
    return Optional.of(fields);
  }

  /// Where the value that starts at `from` ends; negative when its quote is not closed.
  private static int end(String text, int from) {
    boolean quoted = from < text.length() && text.charAt(from) == '"';
    for (int i = quoted ? from + 1 : from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (quoted ? c == '"' : c == ' ' || c == '\t') {
        return quoted ? i + 1 : i;
      }
    }
    return quoted ? -1 : text.length();
  }

  private static String unquoted(String value) {
    if (!value.startsWith("\"")) {
      return value;
    }
    var plain = new StringBuilder(value.length());
    for (int i = 1; i < value.length() - 1; i++) {
      char c = value.charAt(i);
      if (c == '\\' && i + 1 < value.length() - 1) {
        i++;
        c = value.charAt(i);
        int code = c == 'u' && i + 4 < value.length() - 1 ? hex(value, i + 1) : -1;
        if (code >= 0) {
          c = (char) code;
          i += 4;
        }
      }
      plain.append(c);
    }
    return plain.toString();
  }

  private static int hex(String text, int from) {
    int code = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      code = code * 16 + digit;
    }
    return code;
  }
}
