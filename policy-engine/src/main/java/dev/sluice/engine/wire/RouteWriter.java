package dev.sluice.engine.wire;

import dev.sluice.engine.route.HttpRoute;
import dev.sluice.schemas.bundle.v1.Backend;
import dev.sluice.schemas.bundle.v1.Filter;
import dev.sluice.schemas.bundle.v1.HeaderEdits;
import dev.sluice.schemas.bundle.v1.HeaderValue;
import dev.sluice.schemas.bundle.v1.NamedMatch;
import dev.sluice.schemas.bundle.v1.PathEdit;
import dev.sluice.schemas.bundle.v1.RouteMatch;
import dev.sluice.schemas.bundle.v1.RouteRule;
import dev.sluice.schemas.bundle.v1.ServiceRef;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Writes routes as protobuf.
final class RouteWriter {

  private RouteWriter() {}

  static dev.sluice.schemas.bundle.v1.HttpRoute route(HttpRoute route) {
    var out =
        dev.sluice.schemas.bundle.v1.HttpRoute.newBuilder()
            .setId(PolicyWriter.id(route.id()))
            .setCallers(route.callers().orElse(""));
    for (var parent : route.parents()) {
      out.addParentsBuilder().setService(service(parent.service())).setPort(parent.port());
    }
    route.rules().forEach(rule -> out.addRules(rule(rule)));
    return out.build();
  }

  private static RouteRule rule(HttpRoute.Rule rule) {
    var out =
        RouteRule.newBuilder()
            .setRequestTimeoutMs(rule.requestTimeout().map(Duration::toMillis).orElse(0L));
    rule.matches().forEach(match -> out.addMatches(match(match)));
    rule.filters().forEach(filter -> out.addFilters(filter(filter)));
    rule.backends().forEach(backend -> out.addBackends(backend(backend)));
    return out.build();
  }

  private static RouteMatch match(HttpRoute.Match match) {
    var out = RouteMatch.newBuilder();
    switch (match.path()) {
      case HttpRoute.PathMatch.Exact(var value) -> out.setExact(value);
      case HttpRoute.PathMatch.Prefix(var value) -> out.setPrefix(value);
      case HttpRoute.PathMatch.Regex(var pattern) -> out.setRegex(pattern);
    }
    String method = match.method();
    out.setMethod(method == null ? "" : method);
    match.headers().forEach(header -> out.addHeaders(named(header)));
    match.query().forEach(parameter -> out.addQuery(named(parameter)));
    return out.build();
  }

  private static NamedMatch named(HttpRoute.NamedMatch match) {
    var out = NamedMatch.newBuilder().setName(match.name());
    return switch (match.value()) {
      case HttpRoute.ValueMatch.Exact(var value) -> out.setExact(value).build();
      case HttpRoute.ValueMatch.Regex(var pattern) -> out.setRegex(pattern).build();
    };
  }

  private static Filter filter(HttpRoute.Filter filter) {
    var out = Filter.newBuilder();
    switch (filter) {
      case HttpRoute.Filter.RequestHeaders(var edits) -> out.setRequestHeaders(edits(edits));
      case HttpRoute.Filter.ResponseHeaders(var edits) -> out.setResponseHeaders(edits(edits));
      case HttpRoute.Filter.Redirect redirect -> redirect(redirect, out);
      case HttpRoute.Filter.Rewrite(var hostname, var path) -> {
        var rewrite = out.getRewriteBuilder().setHostname(orEmpty(hostname));
        if (path != null) {
          rewrite.setPath(edit(path));
        }
      }
    }
    return out.build();
  }

  private static void redirect(HttpRoute.Filter.Redirect redirect, Filter.Builder out) {
    var written =
        out.getRedirectBuilder()
            .setScheme(orEmpty(redirect.scheme()))
            .setHostname(orEmpty(redirect.hostname()))
            .setPort(redirect.port())
            .setStatusCode(redirect.statusCode());
    HttpRoute.PathEdit path = redirect.path();
    if (path != null) {
      written.setPath(edit(path));
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static PathEdit edit(HttpRoute.PathEdit edit) {
    var out = PathEdit.newBuilder();
    return switch (edit) {
      case HttpRoute.PathEdit.ReplaceFull(var value) -> out.setReplaceFull(value).build();
      case HttpRoute.PathEdit.ReplacePrefix(var value) -> out.setReplacePrefix(value).build();
    };
  }

  private static HeaderEdits edits(HttpRoute.HeaderEdits edits) {
    var out = HeaderEdits.newBuilder().addAllRemove(edits.remove());
    edits.set().forEach(header -> out.addSet(header(header)));
    edits.add().forEach(header -> out.addAdd(header(header)));
    return out.build();
  }

  private static HeaderValue header(HttpRoute.HeaderValue header) {
    return HeaderValue.newBuilder().setName(header.name()).setValue(header.value()).build();
  }

  private static Backend backend(HttpRoute.Backend backend) {
    var out =
        Backend.newBuilder()
            .setService(service(backend.service()))
            .setPort(backend.port())
            .setWeight(backend.weight())
            .setUnresolved(
                switch (backend.resolution()) {
                  case RESOLVED -> false;
                  case UNRESOLVED -> true;
                });
    backend.filters().forEach(filter -> out.addFilters(filter(filter)));
    return out.build();
  }

  private static ServiceRef service(HttpRoute.ServiceRef service) {
    return ServiceRef.newBuilder()
        .setNamespace(service.namespace())
        .setName(service.name())
        .build();
  }
}
