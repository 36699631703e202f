package dev.sluice.compiler.syntax;

import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.engine.route.HttpRoute.Filter;
import dev.sluice.engine.route.HttpRoute.Match;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// An HTTPRoute as written, its matches and filters already in the engine's form. Source: Gateway
/// API v1.
public record HttpRouteSyntax(
    Metadata metadata,
    List<ParentRef> parentRefs,
    List<Located<String>> hostnames,
    List<RouteRule> rules)
    implements PolicyDocument {

  public HttpRouteSyntax {
    parentRefs = List.copyOf(parentRefs);
    hostnames = List.copyOf(hostnames);
    rules = List.copyOf(rules);
  }

  /// What a route attaches to; `group` and `kind` with their defaults filled in, `namespace` the
  /// route's own.
  public record ParentRef(
      String group, String kind, String namespace, String name, OptionalInt port, Span span) {}

  /// One rule.
  public record RouteRule(
      List<Match> matches,
      List<Filter> filters,
      List<BackendRef> backends,
      Optional<Duration> requestTimeout,
      Span span) {
    public RouteRule {
      matches = List.copyOf(matches);
      filters = List.copyOf(filters);
      backends = List.copyOf(backends);
    }
  }

  /// A Service port with its weight; `namespace` defaults to the route's.
  public record BackendRef(
      String group,
      String kind,
      String namespace,
      String name,
      OptionalInt port,
      int weight,
      List<Filter> filters,
      Span span) {
    public BackendRef {
      filters = List.copyOf(filters);
    }
  }
}
