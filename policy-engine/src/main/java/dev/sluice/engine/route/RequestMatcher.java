package dev.sluice.engine.route;

import dev.sluice.engine.route.HttpRoute.Match;
import dev.sluice.engine.route.HttpRoute.NamedMatch;
import dev.sluice.engine.route.HttpRoute.PathMatch;
import dev.sluice.engine.route.HttpRoute.ValueMatch;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A match made ready: patterns compiled, repeated names reduced to their first entry.
record RequestMatcher(
    PathKind kind,
    int pathLength,
    Predicate<String> path,
    @Nullable String method,
    List<Named> headers,
    List<Named> query) {

  /// Kinds of path matches, most specific first; the place of expressions is Istio's.
  enum PathKind {
    EXACT,
    PREFIX,
    REGEX
  }

  /// A name and what its value must satisfy.
  record Named(String name, Predicate<String> value) {}

  /// Gateway API, HTTPRouteRule: path kind and length, method, number of headers, of parameters.
  static final Comparator<RequestMatcher> MOST_SPECIFIC_FIRST =
      Comparator.comparing(RequestMatcher::kind)
          .thenComparing(RequestMatcher::pathLength, Comparator.reverseOrder())
          .thenComparingInt(matcher -> matcher.method() == null ? 1 : 0)
          .thenComparing(matcher -> matcher.headers().size(), Comparator.reverseOrder())
          .thenComparing(matcher -> matcher.query().size(), Comparator.reverseOrder());

  static RequestMatcher of(Match match) {
    return switch (match.path()) {
      case PathMatch.Exact(var value) -> of(match, PathKind.EXACT, value.length(), value::equals);
      case PathMatch.Prefix(var value) -> {
        String prefix = PathEdits.withoutTrailingSlash(value);
        yield of(match, PathKind.PREFIX, prefix.length(), path -> hasElements(path, prefix));
      }
      case PathMatch.Regex(var text) -> {
        var pattern = RoutePattern.compiled(text);
        yield of(match, PathKind.REGEX, text.length(), pattern::matches);
      }
    };
  }

  private static RequestMatcher of(
      Match match, PathKind kind, int pathLength, Predicate<String> path) {
    return new RequestMatcher(
        kind, pathLength, path, match.method(), named(match.headers()), named(match.query()));
  }

  private static List<Named> named(List<NamedMatch> matches) {
    Map<String, Named> first = new LinkedHashMap<>();
    for (NamedMatch match : matches) {
      first.putIfAbsent(match.name(), new Named(match.name(), value(match.value())));
    }
    return List.copyOf(first.values());
  }

  private static Predicate<String> value(ValueMatch match) {
    return switch (match) {
      case ValueMatch.Exact(var value) -> value::equals;
      case ValueMatch.Regex(var text) -> RoutePattern.compiled(text)::matches;
    };
  }

  /// Whether the path starts with all elements of the prefix, which has no trailing slash.
  private static boolean hasElements(String path, String prefix) {
    return path.startsWith(prefix)
        && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/');
  }

  boolean matches(RouteRequest request) {
    if (!path.test(request.path()) || (method != null && !method.equals(request.method()))) {
      return false;
    }
    for (Named header : headers) {
      String value = request.headers().value(header.name());
      if (value == null || !header.value().test(value)) {
        return false;
      }
    }
    for (Named parameter : query) {
      String value = QueryParameters.first(request.query(), parameter.name());
      if (value == null || !parameter.value().test(value)) {
        return false;
      }
    }
    return true;
  }
}
