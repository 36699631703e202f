package dev.sluice.runtime.telemetry;

import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// What the header `traceparent` says: the trace, the span in it and whether it is recorded.
///
/// @param trace 32 lower-case hexadecimal digits, not all 0
/// @param span 16 lower-case hexadecimal digits, not all 0
/// @see <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>
public record TraceContext(String trace, String span, boolean isSampled) {

  private static final HexFormat HEX = HexFormat.of();
  private static final int LENGTH = 55;
  private static final int TRACE_START = 3;
  private static final int TRACE_END = 35;
  private static final int SPAN_START = 36;
  private static final int SPAN_END = 52;
  private static final int FLAGS_START = 53;
  private static final int SAMPLED = 1;

  /// A new trace that nobody records.
  public static TraceContext fresh() {
    var random = ThreadLocalRandom.current();
    // Never all 0, which would mean that there is no trace.
    String trace =
        HEX.toHexDigits(random.nextLong() | Long.MIN_VALUE) + HEX.toHexDigits(random.nextLong());
    return new TraceContext(trace, HEX.toHexDigits(random.nextLong() | Long.MIN_VALUE), false);
  }

  /// Parses a header; empty when there is none or it breaks the rules, as if it had not been sent.
  ///
  /// Later versions may append fields; of what is known today they keep the place.
  public static Optional<TraceContext> parse(@Nullable String header) {
    if (header == null || header.length() < LENGTH || !isWellFormed(header)) {
      return Optional.empty();
    }
    String trace = header.substring(TRACE_START, TRACE_END);
    String span = header.substring(SPAN_START, SPAN_END);
    if (isZero(trace) || isZero(span)) {
      return Optional.empty();
    }
    int flags = HexFormat.fromHexDigits(header, FLAGS_START, LENGTH);
    return Optional.of(new TraceContext(trace, span, (flags & SAMPLED) != 0));
  }

  private static boolean isWellFormed(String header) {
    for (int i = 0; i < LENGTH; i++) {
      boolean dash = i == TRACE_START - 1 || i == TRACE_END || i == SPAN_END;
      if (dash ? header.charAt(i) != '-' : !isLowerHex(header.charAt(i))) {
        return false;
      }
    }
    String version = header.substring(0, 2);
    boolean exact = header.length() == LENGTH;
    return switch (version) {
      case "ff" -> false;
      case "00" -> exact;
      case String _ -> exact || header.charAt(LENGTH) == '-';
    };
  }

  private static boolean isLowerHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  private static boolean isZero(String digits) {
    return digits.chars().allMatch(c -> c == '0');
  }

  /// The header.
  public String header() {
    return "00-" + trace + "-" + span + (isSampled ? "-01" : "-00");
  }
}
