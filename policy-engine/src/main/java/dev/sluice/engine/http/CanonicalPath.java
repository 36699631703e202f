package dev.sluice.engine.http;

import dev.sluice.engine.shard.PolicyShard.PathNormalization;
import org.jspecify.annotations.Nullable;

/// Makes the target of a request canonical, once, before anything looks at it.
///
/// What has two readings is refused rather than repaired: raw control, space and non-ASCII
/// characters, `#`, invalid percent escapes, `%00`, dot segments with parameters (`/..;x/`, which
/// some servers take for `/../`), and encoded slashes unless they are to be decoded. Escapes are
/// decoded once. The result is a fixed point: canonicalizing it again changes nothing.
///
/// Source: RFC 3986 §6.2.2, Istio MeshConfig.pathNormalization, RFC 9112 §3.2.1. Targets in
/// asterisk and absolute form are the caller's.
public final class CanonicalPath {

  private CanonicalPath() {}

  /// What a target amounts to.
  public sealed interface Outcome {
    /// The path, starting with `/`, and the query as sent without `?`; empty when there is none.
    record Canonical(String path, String query) implements Outcome {}

    /// A target to be answered with 400.
    record Malformed(String reason) implements Outcome {}
  }

  /// Reads a target in origin form, such as `/a/b?c=d`.
  public static Outcome of(String rawTarget, PathNormalization normalization) {
    int question = rawTarget.indexOf('?');
    String path = question < 0 ? rawTarget : rawTarget.substring(0, question);
    String query = question < 0 ? "" : rawTarget.substring(question + 1);
    String problem = problem(rawTarget, path, normalization);
    if (problem != null) {
      return new Outcome.Malformed(problem);
    }
    String canonical = isPlain(path) ? path : canonical(path, normalization);
    return hasAmbiguousDots(canonical, normalization)
        ? new Outcome.Malformed("dot segment with parameters")
        : new Outcome.Canonical(canonical, query);
  }

  private static @Nullable String problem(
      String target, String path, PathNormalization normalization) {
    if (!path.startsWith("/")) {
      return "path does not start with a slash";
    }
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '#') {
        return "character " + (int) c + " at " + i;
      }
    }
    for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
      int octet = octet(path, i);
      if (octet < 0) {
        return "invalid escape at " + i;
      }
      if (octet == 0) {
        return "escaped zero at " + i;
      }
      boolean slash = octet == '/' || octet == '\\';
      if (slash && normalization != PathNormalization.DECODE_AND_MERGE_SLASHES) {
        return "escaped slash at " + i;
      }
    }
    return null;
  }

  /// Whether there is nothing to do: no escape, backslash, empty or dotted segment.
  private static boolean isPlain(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      boolean afterSlash = i > 0 && path.charAt(i - 1) == '/';
      if (c == '%' || c == '\\' || (afterSlash && (c == '/' || c == '.'))) {
        return false;
      }
    }
    return true;
  }

  private static String canonical(String path, PathNormalization normalization) {
    return switch (normalization) {
      case NONE -> path;
      case BASE -> withoutDots(decoded(path));
      case MERGE_SLASHES, DECODE_AND_MERGE_SLASHES -> merged(withoutDots(decoded(path)));
    };
  }

  /// Decodes what may be decoded, writes other escapes in upper case and backslashes as slashes.
  ///
  /// Escaped slashes get here only when they are to be decoded.
  private static String decoded(String path) {
    var result = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%') {
        int octet = octet(path, i);
        if (isUnreserved(octet)) {
          result.append((char) octet);
        } else if (octet == '/' || octet == '\\') {
          result.append('/');
        } else {
          result.append('%').append(hex(octet >> 4)).append(hex(octet & 0xf));
        }
        i += 2;
      } else {
        result.append(c == '\\' ? '/' : c);
      }
    }
    return result.toString();
  }

  /// RFC 3986 §5.2.4; what climbs above the root stays at it.
  private static String withoutDots(String path) {
    var result = new StringBuilder(path.length());
    int start = 0;
    while (start < path.length()) {
      int end = path.indexOf('/', start + 1);
      end = end < 0 ? path.length() : end;
      String segment = path.substring(start + 1, end);
      boolean last = end == path.length();
      if (segment.equals("..")) {
        result.setLength(Math.max(0, result.lastIndexOf("/")));
      }
      if (segment.equals("..") || segment.equals(".")) {
        result.append(last ? "/" : "");
      } else {
        result.append('/').append(segment);
      }
      start = end;
    }
    return result.toString();
  }

  private static String merged(String path) {
    var result = new StringBuilder(path.length());
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c != '/' || i == 0 || path.charAt(i - 1) != '/') {
        result.append(c);
      }
    }
    return result.toString();
  }

  private static boolean hasAmbiguousDots(String path, PathNormalization normalization) {
    return normalization != PathNormalization.NONE
        && (path.contains("/.;") || path.contains("/..;"));
  }

  /// The octet of the escape at `at`; negative when there is none.
  private static int octet(String path, int at) {
    if (at + 2 >= path.length()) {
      return -1;
    }
    int high = Character.digit(path.charAt(at + 1), 16);
    int low = Character.digit(path.charAt(at + 2), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  private static char hex(int digit) {
    return Character.toUpperCase(Character.forDigit(digit, 16));
  }

  private static boolean isUnreserved(int octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || (octet >= '0' && octet <= '9')
        || octet == '-'
        || octet == '.'
        || octet == '_'
        || octet == '~';
  }
}
