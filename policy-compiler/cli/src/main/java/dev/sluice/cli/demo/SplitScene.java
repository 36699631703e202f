package dev.sluice.cli.demo;

import dev.sluice.cli.demo.Observation.Measured;
import java.io.IOException;
import java.util.List;

/// Shows that the route pins by header and splits by weight.
final class SplitScene implements Scene {

  static final int REQUESTS = 200;
  static final int PINNED = 20;

  /// The route's weight of v2.
  static final double SHARE = 0.1;

  private static final String STEP = "split";

  @Override
  public String title() {
    return "The route: pinned by header, split by weight";
  }

  @Override
  public void play(Stage stage) throws IOException, InterruptedException {
    int pinned =
        served(stage.mesh(), HttpCall.get("/orders/7").with("x-orders-version", "v2"), PINNED);
    int split = served(stage.mesh(), HttpCall.get("/orders/7"), REQUESTS);
    Bounds bounds = Bounds.of(REQUESTS, SHARE);
    stage.showMeasurements(
        List.of(
            measured(
                "`x-orders-version: v2` is served by v2",
                new Bounds(PINNED, PINNED),
                pinned,
                PINNED),
            measured("10 % of the requests are served by v2", bounds, split, REQUESTS)));
  }

  private static Measured measured(String what, Bounds bounds, int seen, int all) {
    String expected =
        bounds.least() == bounds.most()
            ? bounds.least() + " of " + all
            : bounds.least() + " to " + bounds.most() + " of " + all;
    String text = seen + " of " + all;
    return seen >= bounds.least() && seen <= bounds.most()
        ? Measured.good(STEP, what, expected, text)
        : Measured.bad(STEP, what, expected, text);
  }

  /// How many of so many requests were answered by v2.
  private static int served(DemoMesh mesh, HttpCall call, int requests) throws IOException {
    int second = 0;
    try (HttpDial dial = mesh.dial(new Shop.Way(Shop.WEB, Shop.ORDERS.target()))) {
      for (int i = 0; i < requests; i++) {
        HttpDial.Reply reply = dial.exchange(call);
        String version =
            Json.parse(reply.body()).map(body -> body.path("version").asText()).orElse("");
        if (reply.status() != 200 || version.isEmpty()) {
          throw new DemoFailure(
              "request " + (i + 1) + " was answered with " + reply.status(), List.of(reply.body()));
        }
        second += version.equals("v2") ? 1 : 0;
      }
    }
    return second;
  }

  /// What a fair choice stays within, but for one run in about a million.
  record Bounds(int least, int most) {

    private static final double DEVIATIONS = 5;

    /// Five standard deviations of the binomial distribution around its mean.
    static Bounds of(int trials, double share) {
      double mean = trials * share;
      double width = DEVIATIONS * Math.sqrt(trials * share * (1 - share));
      return new Bounds(
          (int) Math.max(1, Math.ceil(mean - width)),
          (int) Math.min(trials - 1, Math.floor(mean + width)));
    }
  }
}
