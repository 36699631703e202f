package dev.sluice.waypoint.decision;

import dev.sluice.engine.route.HttpRoute.Filter;
import dev.sluice.engine.route.HttpRoute.HeaderEdits;
import dev.sluice.engine.route.HttpRoute.HeaderValue;
import dev.sluice.engine.route.HttpRoute.Match;
import dev.sluice.engine.route.PathEdits;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Applies the filters of a route to an authorized request, in their order.
public final class RequestFilters {

  /// Headers that frame a message or prove who sent it: filters leave them alone.
  private static final Set<String> UNTOUCHED =
      Set.of("content-length", "transfer-encoding", "connection", "x-forwarded-client-cert");

  private RequestFilters() {}

  /// The path after rewrites; headers are edited in place.
  static String apply(
      List<Filter> filters, @Nullable Match match, HttpHeaders headers, String path) {
    String rewritten = path;
    for (Filter filter : filters) {
      switch (filter) {
        case Filter.RequestHeaders(var edits) -> edit(headers, edits);
        case Filter.Rewrite(var hostname, var edit) -> {
          if (hostname != null) {
            headers.set(HttpHeaderNames.HOST, hostname);
          }
          if (edit != null && match != null) {
            rewritten = PathEdits.apply(edit, match.path(), rewritten);
          }
        }
        case Filter.ResponseHeaders _, Filter.Redirect _ -> {}
      }
    }
    return rewritten;
  }

  /// The edits that the response gets.
  static List<HeaderEdits> responseEdits(List<Filter> filters) {
    List<HeaderEdits> edits = new ArrayList<>();
    for (Filter filter : filters) {
      if (filter instanceof Filter.ResponseHeaders(var response)) {
        edits.add(response);
      }
    }
    return edits;
  }

  /// Sets, adds and removes headers, in this order.
  public static void edit(HttpHeaders headers, HeaderEdits edits) {
    for (HeaderValue header : edits.set()) {
      if (isEditable(header.name())) {
        headers.set(header.name(), header.value());
      }
    }
    for (HeaderValue header : edits.add()) {
      if (isEditable(header.name())) {
        headers.add(header.name(), header.value());
      }
    }
    for (String name : edits.remove()) {
      if (isEditable(name) && !name.equalsIgnoreCase("host")) {
        headers.remove(name);
      }
    }
  }

  private static boolean isEditable(String name) {
    return !UNTOUCHED.contains(name.toLowerCase(Locale.ROOT));
  }
}
