package dev.sluice.engine.route;

import dev.sluice.engine.route.HttpRoute.Filter.Redirect;
import dev.sluice.engine.route.HttpRoute.PathMatch;

/// Computes where a redirect leads. Source: Gateway API HTTPRequestRedirectFilter.
public final class Redirects {

  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private Redirects() {}

  /// The request that is redirected: how it was addressed, and its canonical path and query.
  ///
  /// `port` is the Service port the client dialled; `query` is empty when there is none.
  public record Origin(String scheme, String authority, int port, String path, String query) {}

  /// The absolute URI for the `Location` header.
  public static String location(Redirect redirect, PathMatch match, Origin origin) {
    String scheme = redirect.scheme() != null ? redirect.scheme() : origin.scheme();
    String host = redirect.hostname() != null ? redirect.hostname() : host(origin.authority());
    String path =
        redirect.path() != null
            ? PathEdits.apply(redirect.path(), match, origin.path())
            : origin.path();
    String query = origin.query().isEmpty() ? "" : "?" + origin.query();
    return scheme + "://" + host + port(redirect, scheme, origin) + path + query;
  }

  private static String port(Redirect redirect, String scheme, Origin origin) {
    int wellKnown = scheme.equals("https") ? HTTPS_PORT : HTTP_PORT;
    int port =
        redirect.port() != 0
            ? redirect.port()
            : redirect.scheme() != null ? wellKnown : origin.port();
    return port == wellKnown ? "" : ":" + port;
  }

  private static String host(String authority) {
    int afterAddress = authority.lastIndexOf(']') + 1;
    int colon = authority.indexOf(':', afterAddress);
    return colon < 0 ? authority : authority.substring(0, colon);
  }
}
