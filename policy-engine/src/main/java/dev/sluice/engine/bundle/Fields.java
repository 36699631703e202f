package dev.sluice.engine.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Typed access to the fields of an untrusted JSON object that collects what is wrong.
///
/// Every accessor returns a harmless value when its field is missing or of the wrong kind; the
/// caller looks at {@link #problem} before it uses any of them.
final class Fields {
  /// Far from where adding a clock skew would overflow.
  private static final Instant END_OF_TIME = Instant.parse("9999-12-31T00:00:00Z");

  private static final Digest NO_DIGEST = new Digest("0".repeat(64));

  private final JsonNode node;
  private final String path;
  private final List<String> problems;

  private Fields(JsonNode node, String path, List<String> problems) {
    this.node = node;
    this.path = path;
    this.problems = problems;
  }

  static Fields of(JsonNode node) {
    return new Fields(node, "", new ArrayList<>());
  }

  /// The first thing that was wrong with this object or one below it.
  Optional<String> problem() {
    return problems.isEmpty() ? Optional.empty() : Optional.of(problems.getFirst());
  }

  /// Reports a problem that only the caller can see.
  void report(String name, String problem) {
    problems.add("`" + path + name + "` " + problem);
  }

  boolean has(String name) {
    return node.hasNonNull(name);
  }

  /// A text of at most `maxLength` printable characters.
  String text(String name, int maxLength) {
    JsonNode value = node.path(name);
    if (!value.isTextual()) {
      report(name, "must be a text");
      return "";
    }
    String text = value.textValue();
    if (text.length() > maxLength || text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      report(name, "must have at most " + maxLength + " printable characters");
      return "";
    }
    return text;
  }

  /// An integer from `min` to `max`, written without fraction or exponent.
  long integer(String name, long min, long max) {
    JsonNode value = node.path(name);
    OptionalLong number =
        value.isIntegralNumber() && value.canConvertToLong()
            ? OptionalLong.of(value.longValue())
            : OptionalLong.empty();
    if (number.isEmpty() || number.getAsLong() < min || number.getAsLong() > max) {
      report(name, "must be an integer from " + min + " to " + max);
      return min;
    }
    return number.getAsLong();
  }

  boolean flag(String name) {
    JsonNode value = node.path(name);
    if (!value.isBoolean()) {
      report(name, "must be true or false");
    }
    return value.booleanValue();
  }

  /// A time in UTC from 1970 to 9999, for example `2026-11-21T04:00:00Z`.
  Instant instant(String name) {
    String text = text(name, 32);
    try {
      Instant instant = text.endsWith("Z") ? Instant.parse(text) : Instant.MAX;
      if (!instant.isBefore(Instant.EPOCH) && instant.isBefore(END_OF_TIME)) {
        return instant;
      }
    } catch (DateTimeException _) {
      // reported below, like a time without a zone or out of range
    }
    report(name, "must be a time in UTC from 1970 to 9999");
    return Instant.EPOCH;
  }

  /// A digest as 64 hexadecimal digits.
  Digest hexDigest(String name) {
    return Digest.parseHex(text(name, 64)).orElseGet(() -> noDigest(name));
  }

  /// A digest as `sha256:<hex>`.
  Digest digest(String name) {
    return Digest.parse(text(name, 80)).orElseGet(() -> noDigest(name));
  }

  private Digest noDigest(String name) {
    report(name, "must be a sha-256 digest");
    return NO_DIGEST;
  }

  Fields object(String name) {
    JsonNode value = node.path(name);
    if (!value.isObject()) {
      report(name, "must be an object");
      return new Fields(MissingNode.getInstance(), path + name + ".", problems);
    }
    return new Fields(value, path + name + ".", problems);
  }

  /// A list of at most `max` objects.
  List<Fields> objects(String name, int max) {
    var result = new ArrayList<Fields>();
    for (JsonNode element : elements(name, max)) {
      String where = path + name + "[" + result.size() + "]";
      if (!element.isObject()) {
        problems.add("`" + where + "` must be an object");
        return List.of();
      }
      result.add(new Fields(element, where + ".", problems));
    }
    return result;
  }

  /// A list of at most `max` texts of at most 256 characters.
  List<String> texts(String name, int max) {
    var result = new ArrayList<String>();
    for (JsonNode element : elements(name, max)) {
      if (!element.isTextual() || element.textValue().length() > 256) {
        report(name, "must be a list of short texts");
        return List.of();
      }
      result.add(element.textValue());
    }
    return result;
  }

  private Iterable<JsonNode> elements(String name, int max) {
    JsonNode value = node.path(name);
    if (!value.isArray() || value.size() > max) {
      report(name, "must be a list of at most " + max + " elements");
      return List.of();
    }
    return value;
  }
}
