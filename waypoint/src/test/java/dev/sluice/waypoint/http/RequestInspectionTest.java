package dev.sluice.waypoint.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.waypoint.http.RequestInspection.Outcome;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestInspectionTest {

  private static HttpRequest request(String method, String target, String... headers) {
    var request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, new HttpMethod(method), target);
    for (int i = 0; i < headers.length; i += 2) {
      request.headers().add(headers[i], headers[i + 1]);
    }
    return request;
  }

  private static Outcome inspect(HttpRequest request) {
    return RequestInspection.inspect(request, HttpLimits.standard());
  }

  private static void assertRefused(HttpRequest request, int status) {
    assertThat(inspect(request))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.refusal().status()).isEqualTo(status));
  }

  @Test
  void ordinary_requests_are_accepted() {
    assertThat(inspect(request("GET", "/a?b", "Host", "Shop:80")))
        .isEqualTo(new Outcome.Accepted(new RequestFacts("GET", "Shop:80", "/a?b")));
    assertThat(inspect(request("OPTIONS", "*", "Host", "a")))
        .isEqualTo(new Outcome.Accepted(new RequestFacts("OPTIONS", "a", "*")));
    assertThat(inspect(request("PURGE", "/", "Host", "a"))).isInstanceOf(Outcome.Accepted.class);
    assertThat(inspect(request("GET", "/", "Host", "[::1]:80")))
        .isInstanceOf(Outcome.Accepted.class);
  }

  @Test
  void an_absolute_target_must_name_the_host() {
    assertThat(inspect(request("GET", "http://shop/a?b", "Host", "shop")))
        .isEqualTo(new Outcome.Accepted(new RequestFacts("GET", "shop", "/a?b")));
    assertThat(inspect(request("GET", "http://shop?x", "Host", "shop")))
        .isEqualTo(new Outcome.Accepted(new RequestFacts("GET", "shop", "/?x")));
    assertRefused(request("GET", "http://other/a", "Host", "shop"), 400);
    assertRefused(request("GET", "http://user@shop/a", "Host", "shop"), 400);
    assertRefused(request("GET", "https://shop/a", "Host", "shop"), 400);
    assertRefused(request("GET", "shop:80", "Host", "shop"), 400);
  }

  @Test
  void there_is_exactly_one_host() {
    assertRefused(request("GET", "/"), 400);
    assertRefused(request("GET", "/", "Host", "a", "Host", "a"), 400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a,b", "u@a", "a/b", "a#b", "a?b", "a\\b"})
  void a_host_is_a_name_and_a_port(String host) {
    assertRefused(request("GET", "/", "Host", host), 400);
  }

  @ParameterizedTest
  @CsvSource({"CONNECT,/,405", "get,/,400", "Post,/,400", "GET,*,400", "connect,/,400"})
  void confusing_methods_are_refused(String method, String target, int status) {
    assertRefused(request(method, target, "Host", "a"), status);
  }

  @Test
  void expectations_and_upgrades_that_cannot_be_kept_are_refused() {
    assertRefused(request("POST", "/", "Host", "a", "Expect", "200-maybe"), 417);
    assertRefused(request("GET", "/", "Host", "a", "Upgrade", "websocket"), 400);
    assertRefused(request("GET", "/", "Host", "a", "Upgrade", "h2c, websocket"), 400);
    assertThat(inspect(request("GET", "/", "Host", "a", "Upgrade", "h2c")))
        .isInstanceOf(Outcome.Accepted.class);
    assertThat(inspect(request("POST", "/", "Host", "a", "Expect", "100-continue")))
        .isInstanceOf(Outcome.Accepted.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "content_length",
        "X_Forwarded_For",
        "x_forwarded-client-cert",
        "Transfer_Encoding"
      })
  void names_that_resemble_protected_ones_are_refused(String name) {
    assertRefused(request("GET", "/", "Host", "a", name, "1"), 400);
  }

  @Test
  void the_number_and_size_of_headers_is_limited() {
    var many = request("GET", "/", "Host", "a");
    for (int i = 0; i < 100; i++) {
      many.headers().add("x-" + i, "v");
    }
    assertRefused(many, 431);
    assertRefused(request("GET", "/", "Host", "a", "x", "v".repeat(61 * 1024)), 431);
  }

  @Test
  void the_trailing_dot_of_a_host_is_not_compared() {
    assertThat(new RequestFacts("GET", "shop.example.:80", "/").comparedAuthority())
        .isEqualTo("shop.example:80");
    assertThat(new RequestFacts("GET", "shop.example.", "/").comparedAuthority())
        .isEqualTo("shop.example");
    assertThat(new RequestFacts("GET", "[::1]", "/").comparedAuthority()).isEqualTo("[::1]");
  }

  @Test
  void what_concerns_one_connection_only_is_removed() {
    HttpHeaders headers =
        new DefaultHttpHeaders()
            .add("Connection", "close, X-Hop, Authorization, x-forwarded-for")
            .add("X-Hop", "1")
            .add("Authorization", "Bearer x")
            .add("X-Forwarded-For", "10.0.0.1")
            .add("X-Forwarded-Client-Cert", "URI=spiffe://cluster.local/ns/a/sa/admin")
            .add("X-Envoy-Max-Retries", "9")
            .add("x-istio-attributes", "x")
            .add("x-http2-scheme", "https")
            .add("Keep-Alive", "5")
            .add("TE", "trailers")
            .add("Upgrade", "h2c")
            .add("HTTP2-Settings", "AAMAAABkAAQAAP__")
            .add("Expect", "100-continue")
            .add("Accept", "*/*");
    HeaderHygiene.cleanRequest(headers);

    assertThat(headers.names())
        .containsExactlyInAnyOrder("Authorization", "X-Forwarded-For", "te", "Accept");
    HeaderHygiene.identify(headers, "spiffe://td/ns/a/sa/w", "spiffe://td/ns/a/sa/c");
    assertThat(headers.getAll("x-forwarded-client-cert"))
        .containsExactly("By=spiffe://td/ns/a/sa/w;URI=spiffe://td/ns/a/sa/c");
  }
}
