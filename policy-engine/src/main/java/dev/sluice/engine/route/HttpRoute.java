package dev.sluice.engine.route;

import dev.sluice.engine.policy.PolicyId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A compiled HTTPRoute: rules for requests addressed to its parent Services.
///
/// `callers` is empty for a producer route (everyone) and holds the route's namespace for a
/// consumer route (callers of that namespace only). Source: Gateway API HTTPRoute v1, GEP-1294
/// (mesh).
public record HttpRoute(
    PolicyId id, List<Parent> parents, Optional<String> callers, List<Rule> rules) {

  public HttpRoute {
    parents = List.copyOf(parents);
    rules = List.copyOf(rules);
  }

  /// A Service, and one of its ports or all of them (0).
  public record Parent(ServiceRef service, int port) {}

  /// A Service by namespace and name.
  public record ServiceRef(String namespace, String name) {
    @Override
    public String toString() {
      return namespace + "/" + name;
    }
  }

  /// Requests that any of `matches` accepts are filtered and sent to one of `backends` by weight.
  ///
  /// `requestTimeout` zero or absent means none. Without backends and without a redirect the answer
  /// is 500.
  public record Rule(
      List<Match> matches,
      List<Filter> filters,
      List<Backend> backends,
      Optional<Duration> requestTimeout) {
    public Rule {
      matches = List.copyOf(matches);
      filters = List.copyOf(filters);
      backends = List.copyOf(backends);
    }
  }

  /// What a request must look like: all populated parts hold.
  public record Match(
      PathMatch path, @Nullable String method, List<NamedMatch> headers, List<NamedMatch> query) {
    public Match {
      headers = List.copyOf(headers);
      query = List.copyOf(query);
    }
  }

  /// How a path is compared.
  public sealed interface PathMatch {
    /// Byte for byte.
    record Exact(String value) implements PathMatch {}

    /// Element-wise by `/`; a trailing slash of `value` is ignored.
    record Prefix(String value) implements PathMatch {}

    /// Full match of an RE2 expression.
    record Regex(String pattern) implements PathMatch {}
  }

  /// A header (name in lower case) or query parameter (name as is) and its value.
  public record NamedMatch(String name, ValueMatch value) {}

  /// How a header or parameter value is compared.
  public sealed interface ValueMatch {
    /// Equal.
    record Exact(String value) implements ValueMatch {}

    /// Full match of an RE2 expression.
    record Regex(String pattern) implements ValueMatch {}
  }

  /// A change to the request or response, or an answer in place of the backend's.
  public sealed interface Filter {
    /// Changes request headers.
    record RequestHeaders(HeaderEdits edits) implements Filter {}

    /// Changes response headers.
    record ResponseHeaders(HeaderEdits edits) implements Filter {}

    /// Answers with a redirect; null or 0 fields are taken from the request.
    record Redirect(
        @Nullable String scheme,
        @Nullable String hostname,
        @Nullable PathEdit path,
        int port,
        int statusCode)
        implements Filter {}

    /// Rewrites host and path before forwarding; null leaves them alone.
    record Rewrite(@Nullable String hostname, @Nullable PathEdit path) implements Filter {}
  }

  /// Headers to set (replacing), to add, and to remove, in this order.
  public record HeaderEdits(List<HeaderValue> set, List<HeaderValue> add, List<String> remove) {
    public HeaderEdits {
      set = List.copyOf(set);
      add = List.copyOf(add);
      remove = List.copyOf(remove);
    }
  }

  /// A header name and value.
  public record HeaderValue(String name, String value) {}

  /// How a path is rewritten.
  public sealed interface PathEdit {
    /// The whole path; the query stays.
    record ReplaceFull(String value) implements PathEdit {}

    /// The matched prefix.
    record ReplacePrefix(String value) implements PathEdit {}
  }

  /// A Service port that receives `weight` / sum of weights of the requests, 0 to 1,000,000.
  ///
  /// An unresolved backend keeps its weight and its share is answered with 500.
  public record Backend(
      ServiceRef service, int port, int weight, List<Filter> filters, Resolution resolution) {
    public Backend {
      filters = List.copyOf(filters);
    }
  }

  /// Whether a backend reference names a Service port that exists.
  public enum Resolution {
    RESOLVED,
    UNRESOLVED
  }
}
