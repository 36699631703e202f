package dev.sluice.waypoint.decision;

import dev.sluice.engine.policy.HttpRequest.Headers;
import dev.sluice.waypoint.jwt.CookieText;
import dev.sluice.waypoint.jwt.TokenEdits;
import dev.sluice.waypoint.jwt.TokenSource;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The headers and query of a request as policies, routes and token validation look at them.
record HeaderView(HttpHeaders headers, String query) implements Headers, TokenSource {

  @Override
  public @Nullable String value(String lowerCaseName) {
    List<String> all = headers.getAll(lowerCaseName);
    return all.isEmpty() ? null : String.join(",", all);
  }

  @Override
  public List<String> headers(String name) {
    return headers.getAll(name);
  }

  /// Changes the headers as token validation says; the query is the caller's.
  void apply(TokenEdits edits) {
    edits.removeHeaders().forEach(headers::remove);
    if (!edits.removeCookies().isEmpty()) {
      removeCookies(edits.removeCookies());
    }
    edits.setHeaders().forEach(headers::set);
  }

  private void removeCookies(Set<String> names) {
    List<String> lines = headers.getAll("cookie");
    headers.remove("cookie");
    for (String line : lines) {
      String left = CookieText.without(line, names);
      if (!left.isEmpty()) {
        headers.add("cookie", left);
      }
    }
  }
}
