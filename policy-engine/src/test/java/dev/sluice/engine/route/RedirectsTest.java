package dev.sluice.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.route.HttpRoute.Filter.Redirect;
import dev.sluice.engine.route.HttpRoute.PathEdit;
import dev.sluice.engine.route.HttpRoute.PathMatch;
import dev.sluice.engine.route.Redirects.Origin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectsTest {

  private static final PathMatch ROOT = new PathMatch.Prefix("/");

  /// The matrix of Gateway API's conformance test of redirects.
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "http, 80, -, 0, http://shop/a",
        "http, 80, -, 80, http://shop/a",
        "http, 80, -, 8080, http://shop:8080/a",
        "http, 80, https, 0, https://shop/a",
        "http, 80, https, 443, https://shop/a",
        "http, 80, https, 8443, https://shop:8443/a",
        "http, 8080, -, 0, http://shop:8080/a",
        "http, 8080, -, 80, http://shop/a",
        "http, 8080, https, 0, https://shop/a",
        "https, 443, -, 0, https://shop/a",
        "https, 443, -, 443, https://shop/a",
        "https, 443, -, 8443, https://shop:8443/a",
        "https, 443, http, 0, http://shop/a",
        "https, 443, http, 80, http://shop/a",
        "https, 443, http, 8080, http://shop:8080/a",
        "http, 443, -, 0, http://shop:443/a",
        "http, 80, https, 80, https://shop:80/a"
      })
  void chooses_scheme_and_port(
      String scheme,
      int dialled,
      @org.jspecify.annotations.Nullable String to,
      int port,
      String expected) {
    var redirect = new Redirect(to, null, null, port, 302);

    assertThat(Redirects.location(redirect, ROOT, new Origin(scheme, "shop:1", dialled, "/a", "")))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "shop, http://shop/",
    "shop:8080, http://shop/",
    "[2001:db8::1], http://[2001:db8::1]/",
    "[2001:db8::1]:8080, http://[2001:db8::1]/"
  })
  void keeps_the_host_the_client_used(String authority, String expected) {
    var redirect = new Redirect(null, null, null, 0, 301);

    assertThat(Redirects.location(redirect, ROOT, new Origin("http", authority, 80, "/", "")))
        .isEqualTo(expected);
  }

  @Test
  void edits_host_and_path_and_keeps_the_query() {
    var redirect = new Redirect("https", "new.example", new PathEdit.ReplacePrefix("/v2"), 0, 308);
    var origin = new Origin("http", "old.example", 8080, "/v1/a", "x=1&y=%20");

    assertThat(Redirects.location(redirect, new PathMatch.Prefix("/v1"), origin))
        .isEqualTo("https://new.example/v2/a?x=1&y=%20");
  }
}
