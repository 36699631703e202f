package dev.sluice.cli.demo;

import dev.sluice.cli.demo.Observation.Measured;
import dev.sluice.cli.demo.Shop.Role;
import dev.sluice.cli.demo.Shop.Way;
import dev.sluice.engine.bundle.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Edits one policy of each layer and rolls it out under steady traffic.
final class ReloadScene implements Scene {

  static final String BUNDLE = "2";

  private static final String STEP = "reload";
  private static final int KEPT = 4;
  private static final int CUT = 2;
  private static final int WARM_UP = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /// Bound on the time from the switch of the link to enforcement; proxies look ten times a second.
  private static final Duration FAST_ENOUGH = Duration.ofSeconds(3);

  private static final List<PolicyEdit> EDITS =
      List.of(
          new PolicyEdit(
              "policies/ledger-only-orders.yaml",
              "- cluster.local/ns/shop/sa/orders",
              "- cluster.local/ns/shop/sa/web"),
          new PolicyEdit("policies/orders-read.yaml", "- /orders", ""));

  private static final Way TO_ORDERS = new Way(Shop.WEB, Shop.ORDERS.target());
  private static final Way TO_CATALOG = new Way(Shop.WEB, Shop.CATALOG_SERVICE.target());
  private static final Way WEB_TO_LEDGER = new Way(Shop.WEB, Shop.LEDGER_SERVICE.target());
  private static final Way ORDERS_TO_LEDGER = new Way(Shop.ORDERS_V1, Shop.LEDGER_SERVICE.target());

  @Override
  public String title() {
    return "A policy of each layer is edited while requests keep flowing";
  }

  @Override
  public void play(Stage stage) throws IOException, InterruptedException {
    EDITS.stream().flatMap(edit -> edit.diff().stream()).forEach(stage.console()::line);
    try (var traffic = Traffic.start(stage.mesh())) {
      traffic.warmUp();
      Manifest manifest = rebuild(stage);
      Instant switchedAt = Instant.now();
      long switched = System.nanoTime();
      stage.mesh().folder().switchTo(BUNDLE);
      boolean flipped = Waiting.within(PATIENCE, traffic::isFlipped);
      boolean active = Waiting.within(PATIENCE, () -> isActive(stage.mesh(), manifest.sequence()));
      if (flipped) {
        traffic.afterwards();
      }
      traffic.stop();
      stage.console().line("");
      var measured = new ArrayList<>(traffic.measured(switched));
      measured.add(closedForPolicy(stage.mesh()));
      for (Role role : Role.values()) {
        measured.add(activation(stage.mesh().status(role), role, manifest.sequence(), switchedAt));
      }
      stage.showMeasurements(measured);
      if (!active) {
        throw new DemoFailure("a proxy did not load bundle " + BUNDLE, List.of());
      }
    }
    stage.console().line("");
    stage.showDecisions(flippedDecisions(stage.mesh()));
  }

  private static Manifest rebuild(Stage stage) throws IOException {
    Path tree = stage.mesh().folder().tree();
    for (PolicyEdit edit : EDITS) {
      edit.apply(tree);
    }
    return stage.policies().write(ShopPolicies.compile(tree), stage.mesh().folder().bundle(BUNDLE));
  }

  /// What the proxies themselves counted: the forbidden connections, and no other.
  private static Measured closedForPolicy(DemoMesh mesh) throws IOException {
    var counts = new ArrayList<String>();
    for (Role role : Role.values()) {
      double count =
          mesh.status(role).metric("sluice_connections_closed_total", "reason=\"policy_change\"");
      counts.add(Long.toString(Math.round(count)));
    }
    String what = "cut by ztunnel 1, 2, waypoint (counters)";
    String expected = "0, " + CUT + ", 0";
    String seen = String.join(", ", counts);
    return seen.equals(expected)
        ? Measured.good(STEP, what, expected, seen)
        : Measured.bad(STEP, what, expected, seen);
  }

  private static boolean isActive(DemoMesh mesh, long sequence) throws IOException {
    for (Role role : Role.values()) {
      if (mesh.status(role).active().filter(now -> now.sequence() == sequence).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static Measured activation(
      ProxyStatus status, Role role, long sequence, Instant switchedAt) throws IOException {
    String what = role.title() + " reports bundle " + sequence + " as active";
    String expected = "yes";
    var active = status.active();
    if (active.isEmpty() || active.get().sequence() != sequence) {
      String seen = active.map(now -> "bundle " + now.sequence()).orElse("no bundle");
      return Measured.bad(STEP, what, expected, seen);
    }
    Duration after = Duration.between(switchedAt, active.get().activatedAt());
    return Measured.good(STEP, what, expected, "yes, after " + after.toMillis() + " ms");
  }

  private static List<Observation.Decided> flippedDecisions(DemoMesh mesh)
      throws IOException, InterruptedException {
    var prober = new Prober(mesh, STEP);
    var seen = new ArrayList<Observation.Decided>();
    for (Probe probe : probes()) {
      seen.add(prober.observe(probe));
    }
    return seen;
  }

  private static List<Probe> probes() {
    return List.of(
        connection(
            WEB_TO_LEDGER,
            "(was denied)",
            Expectation.allowed(Role.NODE2, "ledger-only-orders #1")),
        connection(
            ORDERS_TO_LEDGER, "(was allowed)", Expectation.denied(Role.NODE2, "no_allow_matched")),
        request("/orders", "(was allowed)", Expectation.denied(Role.WAYPOINT, "no_allow_matched")),
        request("/orders/7", "", Expectation.allowed(Role.WAYPOINT, "orders-read #1")),
        connection(TO_CATALOG, "", Expectation.allowed(Role.NODE1, "no_allow_policy")));
  }

  private static Probe connection(Way way, String note, Expectation expected) {
    return new Probe.Meshed(way, Probe.Meshed.Sense.CONNECTION, HttpCall.get("/"), note, expected);
  }

  private static Probe request(String path, String note, Expectation expected) {
    return new Probe.Meshed(
        TO_ORDERS, Probe.Meshed.Sense.REQUEST, HttpCall.get(path), note, expected);
  }

  /// The traffic during the roll-out: what stays allowed, what becomes forbidden, what becomes
  /// allowed.
  private record Traffic(
      Flow keptRequests,
      Flow keptConnections,
      Flow forbiddenRequests,
      Flow forbiddenConnections,
      Knocking allowedConnection)
      implements AutoCloseable {

    static Traffic start(DemoMesh mesh) throws IOException {
      return new Traffic(
          Flow.start(mesh, TO_ORDERS, HttpCall.get("/orders/7"), KEPT),
          Flow.start(mesh, TO_CATALOG, HttpCall.get("/"), KEPT),
          Flow.start(mesh, TO_ORDERS, HttpCall.get("/orders"), CUT),
          Flow.start(mesh, ORDERS_TO_LEDGER, HttpCall.get("/"), CUT),
          Knocking.start(mesh, WEB_TO_LEDGER));
    }

    private List<Flow> flows() {
      return List.of(keptRequests, keptConnections, forbiddenRequests, forbiddenConnections);
    }

    void warmUp() throws InterruptedException {
      for (Flow flow : flows()) {
        flow.awaitServed(WARM_UP);
      }
    }

    void afterwards() throws InterruptedException {
      keptRequests.awaitServed(WARM_UP);
      keptConnections.awaitServed(WARM_UP);
    }

    void stop() throws InterruptedException {
      for (Flow flow : flows()) {
        flow.stop();
      }
    }

    boolean isFlipped() {
      return allowedConnection.letIn().isPresent()
          && forbiddenRequests.tallies().stream().allMatch(each -> each.denied() > 0)
          && forbiddenConnections.tallies().stream().noneMatch(Flow.Tally::isAlive);
    }

    List<Measured> measured(long switched) {
      return List.of(
          took("waypoint denies web → orders GET /orders", firstDenied(), switched),
          took("ztunnel 2 cuts orders → ledger", lastEnd(), switched),
          took("ztunnel 2 admits web → ledger", allowedConnection.letIn(), switched),
          kept("web → orders GET /orders/7", keptRequests),
          kept("web → catalog TCP", keptConnections),
          forbidden());
    }

    private OptionalLong firstDenied() {
      return forbiddenRequests.tallies().stream()
          .flatMapToLong(each -> each.firstDenied().stream())
          .max();
    }

    private OptionalLong lastEnd() {
      return forbiddenConnections.tallies().stream()
          .flatMapToLong(each -> each.end().at().stream())
          .max();
    }

    private static Measured took(String what, OptionalLong at, long switched) {
      String expected = "within " + FAST_ENOUGH.toSeconds() + " s";
      if (at.isEmpty()) {
        return Measured.bad(STEP, what, expected, "not at all");
      }
      Duration after = Duration.ofNanos(at.getAsLong() - switched);
      String seen = "after " + after.toMillis() + " ms";
      return after.isNegative() || after.compareTo(FAST_ENOUGH) > 0
          ? Measured.bad(STEP, what, expected, seen)
          : Measured.good(STEP, what, expected, seen);
    }

    private static Measured kept(String what, Flow flow) {
      var tallies = flow.tallies();
      long dropped = tallies.stream().filter(each -> !each.isAlive()).count();
      int refused = tallies.stream().mapToInt(each -> each.denied() + each.other()).sum();
      String seen = flow.served() + " served, " + refused + " refused, " + dropped + " dropped";
      String expected = "0 refused, 0 dropped";
      String title = what + ", " + tallies.size() + " connections";
      return dropped == 0 && refused == 0
          ? Measured.good(STEP, title, expected, seen)
          : Measured.bad(STEP, title, expected, seen);
    }

    private Measured forbidden() {
      int late = forbiddenRequests.tallies().stream().mapToInt(Flow.Tally::servedAfterDenied).sum();
      long alive = forbiddenConnections.tallies().stream().filter(Flow.Tally::isAlive).count();
      String seen = late + " requests, " + alive + " connections";
      String what = "forbidden, and served after that";
      return late == 0 && alive == 0
          ? Measured.good(STEP, what, "none", seen)
          : Measured.bad(STEP, what, "none", seen);
    }

    @Override
    public void close() throws IOException {
      allowedConnection.close();
      for (Flow flow : flows()) {
        flow.close();
      }
    }
  }
}
