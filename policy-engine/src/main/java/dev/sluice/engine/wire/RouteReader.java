package dev.sluice.engine.wire;

import static dev.sluice.engine.wire.Strict.each;
import static dev.sluice.engine.wire.Strict.filled;

import dev.sluice.engine.route.HttpRoute;
import dev.sluice.engine.route.RoutePattern;
import dev.sluice.schemas.bundle.v1.Backend;
import dev.sluice.schemas.bundle.v1.Filter;
import dev.sluice.schemas.bundle.v1.HeaderEdits;
import dev.sluice.schemas.bundle.v1.HeaderValue;
import dev.sluice.schemas.bundle.v1.NamedMatch;
import dev.sluice.schemas.bundle.v1.PathEdit;
import dev.sluice.schemas.bundle.v1.Redirect;
import dev.sluice.schemas.bundle.v1.RouteMatch;
import dev.sluice.schemas.bundle.v1.RouteRule;
import dev.sluice.schemas.bundle.v1.ServiceRef;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads routes from protobuf.
final class RouteReader {

  private static final int MAX_WEIGHT = 1_000_000;

  private RouteReader() {}

  static HttpRoute route(dev.sluice.schemas.bundle.v1.HttpRoute route) throws MalformedException {
    String callers = route.getCallers();
    return new HttpRoute(
        PolicyReader.id(route.getId()),
        each(
            route.getParentsList(),
            parent ->
                new HttpRoute.Parent(service(parent.getService()), Strict.port(parent.getPort()))),
        callers.isEmpty() ? Optional.empty() : Optional.of(callers),
        each(route.getRulesList(), RouteReader::rule));
  }

  private static HttpRoute.Rule rule(RouteRule rule) throws MalformedException {
    long timeout = rule.getRequestTimeoutMs();
    if (timeout < 0) {
      throw new MalformedException("request timeout too long");
    }
    var read =
        new HttpRoute.Rule(
            each(rule.getMatchesList(), RouteReader::match),
            each(rule.getFiltersList(), RouteReader::filter),
            each(rule.getBackendsList(), RouteReader::backend),
            timeout == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(timeout)));
    boolean prefixed =
        read.matches().stream()
            .allMatch(match -> match.path() instanceof HttpRoute.PathMatch.Prefix);
    if (!prefixed && replacesPrefix(read)) {
      throw new MalformedException("a prefix is replaced where none is matched");
    }
    return read;
  }

  private static boolean replacesPrefix(HttpRoute.Rule rule) {
    return Stream.concat(
            rule.filters().stream(),
            rule.backends().stream().flatMap(backend -> backend.filters().stream()))
        .anyMatch(filter ->
            switch (filter) {
              case HttpRoute.Filter.Redirect redirect ->
                  redirect.path() instanceof HttpRoute.PathEdit.ReplacePrefix;
              case HttpRoute.Filter.Rewrite rewrite ->
                  rewrite.path() instanceof HttpRoute.PathEdit.ReplacePrefix;
              case HttpRoute.Filter.RequestHeaders _, HttpRoute.Filter.ResponseHeaders _ -> false;
            });
  }

  private static HttpRoute.Match match(RouteMatch match) throws MalformedException {
    HttpRoute.PathMatch path =
        switch (match.getPathCase()) {
          case EXACT -> new HttpRoute.PathMatch.Exact(match.getExact());
          case PREFIX -> new HttpRoute.PathMatch.Prefix(match.getPrefix());
          case REGEX -> new HttpRoute.PathMatch.Regex(pattern(match.getRegex()));
          case PATH_NOT_SET -> throw Strict.unset("path match");
        };
    return new HttpRoute.Match(
        path,
        orNull(match.getMethod()),
        each(
            match.getHeadersList(),
            header -> named(header, Strict.lowerCase(header.getName(), "header name"))),
        each(
            match.getQueryList(),
            parameter -> named(parameter, filled(parameter.getName(), "query parameter name"))));
  }

  private static HttpRoute.NamedMatch named(NamedMatch match, String name)
      throws MalformedException {
    return new HttpRoute.NamedMatch(
        name,
        switch (match.getValueCase()) {
          case EXACT -> new HttpRoute.ValueMatch.Exact(match.getExact());
          case REGEX -> new HttpRoute.ValueMatch.Regex(pattern(match.getRegex()));
          case VALUE_NOT_SET -> throw Strict.unset("value match");
        });
  }

  private static String pattern(String pattern) throws MalformedException {
    return switch (RoutePattern.compile(pattern)) {
      case RoutePattern.Outcome.Compiled _ -> pattern;
      case RoutePattern.Outcome.Refused(var reason) ->
          throw new MalformedException("pattern `" + pattern + "`: " + reason);
    };
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }

  private static HttpRoute.Filter filter(Filter filter) throws MalformedException {
    return switch (filter.getFilterCase()) {
      case REQUEST_HEADERS ->
          new HttpRoute.Filter.RequestHeaders(edits(filter.getRequestHeaders()));
      case RESPONSE_HEADERS ->
          new HttpRoute.Filter.ResponseHeaders(edits(filter.getResponseHeaders()));
      case REDIRECT -> redirect(filter.getRedirect());
      case REWRITE ->
          new HttpRoute.Filter.Rewrite(
              orNull(filter.getRewrite().getHostname()),
              filter.getRewrite().hasPath() ? edit(filter.getRewrite().getPath()) : null);
      case FILTER_NOT_SET -> throw Strict.unset("filter");
    };
  }

  private static HttpRoute.Filter redirect(Redirect redirect) throws MalformedException {
    int status = redirect.getStatusCode();
    switch (status) {
      case 301, 302, 303, 307, 308 -> {}
      default -> throw new MalformedException("redirect with status " + status);
    }
    return new HttpRoute.Filter.Redirect(
        orNull(redirect.getScheme()),
        orNull(redirect.getHostname()),
        redirect.hasPath() ? edit(redirect.getPath()) : null,
        Strict.port(redirect.getPort()),
        status);
  }

  private static HttpRoute.PathEdit edit(PathEdit edit) throws MalformedException {
    return switch (edit.getEditCase()) {
      case REPLACE_FULL -> new HttpRoute.PathEdit.ReplaceFull(edit.getReplaceFull());
      case REPLACE_PREFIX -> new HttpRoute.PathEdit.ReplacePrefix(edit.getReplacePrefix());
      case EDIT_NOT_SET -> throw Strict.unset("path edit");
    };
  }

  private static HttpRoute.HeaderEdits edits(HeaderEdits edits) throws MalformedException {
    return new HttpRoute.HeaderEdits(
        each(edits.getSetList(), RouteReader::header),
        each(edits.getAddList(), RouteReader::header),
        each(edits.getRemoveList(), name -> filled(name, "header name")));
  }

  private static HttpRoute.HeaderValue header(HeaderValue header) throws MalformedException {
    return new HttpRoute.HeaderValue(filled(header.getName(), "header name"), header.getValue());
  }

  private static HttpRoute.Backend backend(Backend backend) throws MalformedException {
    return new HttpRoute.Backend(
        service(backend.getService()),
        Strict.port(backend.getPort()),
        Strict.between(backend.getWeight(), 0, MAX_WEIGHT, "weight"),
        each(backend.getFiltersList(), RouteReader::filter),
        backend.getUnresolved() ? HttpRoute.Resolution.UNRESOLVED : HttpRoute.Resolution.RESOLVED);
  }

  private static HttpRoute.ServiceRef service(ServiceRef service) throws MalformedException {
    return new HttpRoute.ServiceRef(
        filled(service.getNamespace(), "namespace of a service"),
        filled(service.getName(), "name of a service"));
  }
}
