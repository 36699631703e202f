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
import java.util.stream.IntStream;

/// Puts bundles in place that nobody may trust, and shows that the old one goes on serving.
final class TamperScene implements Scene {

  private static final String STEP = "tamper";
  private static final String GENUINE = "3";
  private static final int WARM_UP = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /// Something that an attacker with access to the bundle directory tries.
  private record Attack(String what, String bundle, String reason) {}

  private static final List<Attack> ATTACKS =
      List.of(
          new Attack("one bit of a content flipped", "3-flipped", "digest_mismatch"),
          new Attack("signatures removed", "3-stripped", "bad_signature"),
          new Attack("signed manifest edited", "3-edited", "bad_signature"),
          new Attack("the first bundle replayed", "1", "rollback"));

  @Override
  public String title() {
    return "Bundles that were tampered with";
  }

  @Override
  public void play(Stage stage) throws IOException, InterruptedException {
    DemoMesh mesh = stage.mesh();
    Manifest genuine = prepare(stage);
    var measured = new ArrayList<Measured>();
    try (var traffic =
        Flow.start(mesh, new Way(Shop.WEB, Shop.ORDERS.target()), HttpCall.get("/orders/7"), 2)) {
      traffic.awaitServed(WARM_UP);
      for (Attack attack : ATTACKS) {
        measured.addAll(rejections(mesh, attack));
        traffic.awaitServed(WARM_UP);
      }
      measured.add(stillActive(mesh, genuine.sequence() - 1));
      measured.add(stillServing(traffic));
      mesh.folder().switchTo(GENUINE);
      boolean loaded = Waiting.within(PATIENCE, () -> isActiveEverywhere(mesh, genuine.sequence()));
      String what = "untouched bundle " + genuine.sequence() + " is loaded afterwards";
      measured.add(
          loaded
              ? Measured.good(STEP, what, "by all", "by all")
              : Measured.bad(STEP, what, "by all", "not by all"));
    }
    stage.showMeasurements(measured);
  }

  private static Manifest prepare(Stage stage) throws IOException {
    DemoFolder folder = stage.mesh().folder();
    Path genuine = folder.bundle(GENUINE);
    Manifest manifest = stage.policies().write(ShopPolicies.compile(folder.tree()), genuine);
    DemoFolder.copy(genuine, folder.bundle("3-flipped"));
    Tampering.flipContent(folder.bundle("3-flipped"));
    DemoFolder.copy(genuine, folder.bundle("3-stripped"));
    Tampering.stripSignatures(folder.bundle("3-stripped"));
    DemoFolder.copy(genuine, folder.bundle("3-edited"));
    Tampering.editManifest(folder.bundle("3-edited"));
    return manifest;
  }

  private static List<Measured> rejections(DemoMesh mesh, Attack attack)
      throws IOException, InterruptedException {
    var before = counted(mesh, attack);
    Instant switched = Instant.now();
    mesh.folder().switchTo(attack.bundle());
    var reasons = new ArrayList<String>();
    for (Role role : Role.values()) {
      Waiting.within(PATIENCE, () -> isAttempted(mesh, role, switched));
      reasons.add(reason(mesh, role, switched));
    }
    var after = counted(mesh, attack);
    boolean isCounted =
        IntStream.range(0, before.size()).allMatch(i -> after.get(i) > before.get(i));
    boolean isRejected = reasons.stream().allMatch(attack.reason()::equals);
    String seen = isRejected ? attack.reason() + " by all" : String.join(", ", reasons);
    String expected = attack.reason() + " by all";
    return List.of(
        isRejected && isCounted
            ? Measured.good(STEP, attack.what(), expected, seen)
            : Measured.bad(
                STEP, attack.what(), expected, isCounted ? seen : seen + ", not counted"));
  }

  /// How often each proxy counted a rejection for the attack's reason.
  private static List<Double> counted(DemoMesh mesh, Attack attack) throws IOException {
    var counts = new ArrayList<Double>();
    for (Role role : Role.values()) {
      counts.add(
          mesh.status(role)
              .metric(
                  "sluice_bundle_loads_total",
                  "result=\"rejected\"",
                  "reason=\"" + attack.reason() + "\""));
    }
    return counts;
  }

  private static boolean isAttempted(DemoMesh mesh, Role role, Instant since) throws IOException {
    return mesh.status(role).lastAttempt().filter(last -> last.at().isAfter(since)).isPresent();
  }

  private static String reason(DemoMesh mesh, Role role, Instant since) throws IOException {
    return mesh.status(role)
        .lastAttempt()
        .filter(last -> last.at().isAfter(since))
        .map(last -> last.reason().isEmpty() ? last.result() : last.reason())
        .orElse("no attempt");
  }

  private static Measured stillActive(DemoMesh mesh, long sequence) throws IOException {
    String what = "bundle " + sequence + " stays active";
    return isActiveEverywhere(mesh, sequence)
        ? Measured.good(STEP, what, "in all", "in all")
        : Measured.bad(STEP, what, "in all", "not in all");
  }

  private static boolean isActiveEverywhere(DemoMesh mesh, long sequence) throws IOException {
    for (Role role : Role.values()) {
      if (mesh.status(role).active().filter(now -> now.sequence() == sequence).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static Measured stillServing(Flow traffic) {
    var tallies = traffic.tallies();
    long dropped = tallies.stream().filter(each -> !each.isAlive()).count();
    int refused = tallies.stream().mapToInt(each -> each.denied() + each.other()).sum();
    String seen = traffic.served() + " served, " + refused + " refused, " + dropped + " dropped";
    String what = "requests keep being served meanwhile";
    return dropped == 0 && refused == 0
        ? Measured.good(STEP, what, "0 refused, 0 dropped", seen)
        : Measured.bad(STEP, what, "0 refused, 0 dropped", seen);
  }
}
