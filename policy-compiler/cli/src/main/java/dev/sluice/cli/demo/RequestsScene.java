package dev.sluice.cli.demo;

import dev.sluice.cli.demo.Probe.Meshed;
import dev.sluice.cli.demo.Probe.Meshed.Sense;
import dev.sluice.cli.demo.Shop.Role;
import dev.sluice.cli.demo.Shop.Way;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Sends one request or connection of every kind and shows who decided it, by what.
final class RequestsScene implements Scene {

  private static final String NO_RULE = "no_allow_matched";
  private static final Way WEB_TO_ORDERS = new Way(Shop.WEB, Shop.ORDERS.target());

  @Override
  public String title() {
    return "Requests and connections through mTLS HBONE";
  }

  @Override
  public void play(Stage stage) throws IOException, InterruptedException {
    var prober = new Prober(stage.mesh(), "requests");
    var seen = new ArrayList<Observation.Decided>();
    List<Probe> probes = probes(stage.tokens(), stage.mesh().addresses());
    for (Probe probe : probes) {
      seen.add(prober.observe(probe));
    }
    stage.showDecisions(seen);
  }

  private static List<Probe> probes(Tokens tokens, Addresses addresses) {
    var probes = new ArrayList<Probe>();
    probes.addAll(requests());
    probes.addAll(writes(tokens));
    probes.addAll(connections(addresses));
    return probes;
  }

  private static List<Probe> requests() {
    return List.of(
        request(HttpCall.get("/orders/7"), "", allowed("orders-read #1")),
        request(HttpCall.of("DELETE", "/orders/7"), "", denied(NO_RULE)),
        request(HttpCall.get("/orders/admin"), "", denied("orders-no-admin #1")),
        request(HttpCall.get("/orders//admin"), "", denied("orders-no-admin #1")),
        new Meshed(
            new Way(Shop.CATALOG, Shop.ORDERS.target()),
            Sense.REQUEST,
            HttpCall.get("/orders/7"),
            "",
            denied(NO_RULE)));
  }

  private static List<Probe> writes(Tokens tokens) {
    var post = HttpCall.of("POST", "/orders");
    return List.of(
        request(post, "no token", denied(NO_RULE)),
        request(bearing(post, tokens.clerk()), "as clerk", allowed("orders-write #1")),
        request(bearing(post, tokens.mint("shop-orders", "guest")), "as guest", denied(NO_RULE)),
        request(
            bearing(post, tokens.forged()),
            "forged",
            Expectation.rejected(Role.WAYPOINT, "token_invalid")),
        request(
            bearing(post, tokens.mint("elsewhere", "clerk")),
            "other aud",
            denied("wrong_audience")));
  }

  static List<Probe> connections(Addresses addresses) {
    return List.of(
        connection(
            Shop.ORDERS_V1,
            Shop.LEDGER_SERVICE,
            Expectation.allowed(Role.NODE2, "ledger-only-orders #1")),
        connection(Shop.WEB, Shop.LEDGER_SERVICE, Expectation.denied(Role.NODE2, NO_RULE)),
        connection(
            Shop.METRICS,
            Shop.CATALOG_SERVICE,
            Expectation.denied(Role.NODE1, "catalog-not-platform #1")),
        connection(
            Shop.WEB, Shop.CATALOG_SERVICE, Expectation.allowed(Role.NODE1, "no_allow_policy")),
        connection(
            Shop.METRICS, Shop.WEB_SERVICE, Expectation.allowed(Role.NODE1, "no_allow_policy")),
        new Meshed(
            new Way(Shop.WEB, Shop.direct(Shop.ORDERS_V1, addresses)),
            Sense.CONNECTION,
            HttpCall.get("/orders/7"),
            "round waypoint",
            Expectation.denied(Role.NODE2, "guard_refused")),
        new Probe.Plaintext(
            Shop.ORDERS_V1, Shop.LEDGER, Expectation.denied(Role.NODE2, "plaintext_refused")));
  }

  private static Probe request(HttpCall call, String note, Expectation expected) {
    return new Meshed(WEB_TO_ORDERS, Sense.REQUEST, call, note, expected);
  }

  private static Probe connection(Shop.Pod from, Shop.Service to, Expectation expected) {
    return new Meshed(
        new Way(from, to.target()), Sense.CONNECTION, HttpCall.get("/"), "", expected);
  }

  private static HttpCall bearing(HttpCall call, String token) {
    return call.with("authorization", "Bearer " + token);
  }

  private static Expectation allowed(String by) {
    return Expectation.allowed(Role.WAYPOINT, by);
  }

  private static Expectation denied(String by) {
    return Expectation.denied(Role.WAYPOINT, by);
  }
}
