package dev.sluice.engine.policy;

import java.util.List;
import java.util.stream.Collectors;

/// A path with operators: `{*}` stands for one segment, `{**}` for zero or more; `{**}` is the last
/// operator.
///
/// Source: Istio AuthorizationPolicy, `Operation.paths`, URI templates.
public record PathTemplate(List<Segment> segments) {

  /// One part of a template between slashes.
  public sealed interface Segment {
    /// Literal text, compared byte for byte.
    record Literal(String text) implements Segment {}

    /// `{*}`: exactly one non-empty segment.
    record One() implements Segment {}

    /// `{**}`: zero or more segments.
    record Many() implements Segment {}
  }

  /// @throws IllegalArgumentException when an operator follows `{**}`, or a literal holds `/`, `{`
  ///   or `}`
  public PathTemplate {
    segments = List.copyOf(segments);
    boolean closed = false;
    for (Segment segment : segments) {
      if (segment instanceof Segment.Literal(var text)) {
        requireLiteral(text);
      } else if (closed) {
        throw new IllegalArgumentException("`{**}` is not the last operator");
      }
      closed |= segment instanceof Segment.Many;
    }
  }

  /// Whether `text` uses a template operator.
  public static boolean isTemplate(String text) {
    return text.contains("{*}") || text.contains("{**}");
  }

  /// Reads a template that was validated before (`{…}` only as whole segments).
  ///
  /// @throws IllegalArgumentException when it is not a template after all
  public static PathTemplate parse(String text) {
    String body = text.startsWith("/") ? text.substring(1) : text;
    return new PathTemplate(
        List.of(body.split("/", -1)).stream()
            .map(part ->
                switch (part) {
                  case "{*}" -> (Segment) new Segment.One();
                  case "{**}" -> new Segment.Many();
                  default -> new Segment.Literal(part);
                })
            .toList());
  }

  /// The notation {@link #parse} reads, starting with `/`.
  public String text() {
    return segments.stream()
        .map(segment ->
            switch (segment) {
              case Segment.Literal(var text) -> text;
              case Segment.One() -> "{*}";
              case Segment.Many() -> "{**}";
            })
        .collect(Collectors.joining("/", "/", ""));
  }

  /// Whether the path (without query, starting with `/`) matches.
  public boolean matches(String path) {
    if (!path.startsWith("/")) {
      return false;
    }
    return matches(path.substring(1).split("/", -1), 0, 0);
  }

  private boolean matches(String[] parts, int part, int segment) {
    if (segment == segments.size()) {
      return part == parts.length;
    }
    return switch (segments.get(segment)) {
      case Segment.Literal(var text) ->
          part < parts.length && parts[part].equals(text) && matches(parts, part + 1, segment + 1);
      case Segment.One() ->
          part < parts.length && !parts[part].isEmpty() && matches(parts, part + 1, segment + 1);
      // `{**}` is the last operator, so what follows is literal and has a fixed length
      case Segment.Many() -> {
        int rest = segments.size() - segment - 1;
        int from = parts.length - rest;
        yield from >= part && matches(parts, from, segment + 1);
      }
    };
  }

  private static void requireLiteral(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '/' || c == '{' || c == '}') {
        throw new IllegalArgumentException("`" + text + "` is not a literal path segment");
      }
    }
  }
}
