package dev.sluice.bench.pods;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/// Two ztunnels under moderate load for a long time while everything around them changes: policies,
/// workloads, certificates, and what they get all of it from.
///
/// Argument: minutes (default 60). Runs as root with the packaged ztunnel. Prints a line per minute
/// and a verdict; ends with 1 when something leaks or a connection was dropped.
public final class Endurance {

  private static final int HELD = 200;
  private static final int BURST_MILLIS = 2_000;
  private static final int WORKERS = 2;
  private static final Duration VALIDITY = Duration.ofMinutes(4);
  private static final int NEW_BUNDLE_SECONDS = 20;
  private static final int NEW_WORKLOADS_SECONDS = 7;
  private static final int NEW_CERTIFICATES_SECONDS = 60;
  private static final int OUTAGE_EVERY_SECONDS = 180;
  private static final int OUTAGE_SECONDS = 30;
  private static final int SAMPLE_SECONDS = 10;

  private final Pairing pairing;
  private final Path files;
  private final AtomicBoolean running = new AtomicBoolean(true);
  private final LongAdder carried = new LongAdder();
  private final LongAdder dropped = new LongAdder();
  private final LongAdder admitted = new LongAdder();
  private final Slopes slopes = new Slopes();
  private boolean isOut;

  private Endurance(Pairing pairing) {
    this.pairing = pairing;
    this.files = pairing.world().home();
  }

  public static void main(String[] arguments) throws Exception {
    int minutes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 60;
    Path home = Files.createTempDirectory("sluice-endurance");
    Pairing.Kinds ours = Kinds.sluice(Map.of());
    boolean good;
    try (var pairing = Pairing.lay(ours, ours, List.of("web", "other"), home)) {
      good = new Endurance(pairing).run(minutes);
    }
    System.out.println("logs and files: " + home);
    Runtime.getRuntime().halt(good ? 0 : 1);
  }

  private String app() {
    return pairing.bed().pod("api").address() + " " + Sides.APP_PORT;
  }

  private boolean run(int minutes) throws IOException, InterruptedException {
    pairing.world().certify(VALIDITY);
    try (Agent holder = Agent.start(pairing.bed().pod("web"))) {
      holder.ask("hold " + app() + " " + HELD);
      List<Thread> loads =
          List.of(
              load(() -> burst(pairing.agent("web"), "connect " + app())),
              load(() -> ask(holder)),
              load(this::intrude));
      int seconds = minutes * 60;
      for (int second = 1; second <= seconds; second++) {
        Shell.pause(1_000);
        change(second);
        if (second % SAMPLE_SECONDS == 0) {
          sample(second);
        }
      }
      running.set(false);
      for (Thread load : loads) {
        load.join();
      }
    }
    return verdict();
  }

  private Thread load(Callable<Boolean> task) {
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          while (running.get()) {
            try {
              task.call();
            } catch (Exception lost) {
              dropped.increment();
              System.out.println("lost: " + lost.getMessage());
              Shell.pause(1_000);
            }
          }
        });
  }

  /// New connections for two seconds, some bytes, and a rest.
  private boolean burst(Agent web, String task) throws IOException {
    var answer = web.ask(task + " " + WORKERS + " " + BURST_MILLIS);
    dropped.add(Long.parseLong(answer.getOrDefault("failed", "0")));
    carried.add(Long.parseLong(answer.getOrDefault("count", "0")));
    web.ask("echo " + app() + " " + ThreadLocalRandom.current().nextInt(1, 4_000_000) + " 4");
    carried.add(4);
    Shell.pause(1_000);
    return true;
  }

  /// Every connection that is kept answers, again and again.
  private boolean ask(Agent holder) throws IOException {
    long answered = holder.number("ask", "answered");
    dropped.add(HELD - answered);
    Shell.pause(5_000);
    if (answered < HELD) {
      holder.ask("release");
      holder.ask("hold " + app() + " " + HELD);
    }
    return true;
  }

  /// Whoever is not allowed stays outside, whatever changes.
  private boolean intrude() {
    try {
      pairing.agent("other").ask("mirror " + app() + " 1 1");
      admitted.increment();
    } catch (IOException refused) {
      // as it should be
    }
    Shell.pause(3_000);
    return true;
  }

  private void change(int second) throws IOException {
    World world = pairing.world();
    int phase = second % OUTAGE_EVERY_SECONDS;
    if (phase == OUTAGE_EVERY_SECONDS - OUTAGE_SECONDS) {
      outage(true);
    } else if (phase == 0 && isOut) {
      outage(false);
    }
    if (second % NEW_CERTIFICATES_SECONDS == 0) {
      world.certify(VALIDITY);
    }
    if (isOut) {
      return;
    }
    if (second % NEW_BUNDLE_SECONDS == 0) {
      world.publish();
    }
    if (second % NEW_WORKLOADS_SECONDS == 0) {
      int count = ThreadLocalRandom.current().nextInt(50);
      world.announce(IntStream.range(0, count).mapToObj(i -> "guest-" + i).toList());
    }
  }

  /// What the proxies are told by goes away as a whole, or comes back.
  private void outage(boolean begins) throws IOException {
    isOut = begins;
    for (String file : List.of("mesh.yaml", "bundles/current")) {
      Path there = files.resolve(file);
      Path aside = there.resolveSibling(there.getFileName() + ".away");
      Files.move(
          begins ? there : aside, begins ? aside : there, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private void sample(int second) throws IOException {
    for (String side : List.of("web", "api")) {
      Process process = pairing.proxy(side).processes().getFirst();
      String metrics = Probe.get(pairing.bed().pod(side).address(), 15_020, "/metrics");
      slopes.add(side + " descriptors", ProcessFacts.descriptors(process.pid()));
      slopes.add(side + " resident KiB", ProcessFacts.residentKib(process.pid()));
      slopes.add(side + " heap KiB", gauge(metrics, "sluice_heap_used_bytes") / 1024);
      slopes.add(side + " direct KiB", gauge(metrics, "sluice_direct_memory_used_bytes") / 1024);
      slopes.add(side + " threads", gauge(metrics, "sluice_threads"));
    }
    if (second % 60 == 0) {
      System.out.printf(
          "%3d min: %s; carried %d, dropped %d, wrongly admitted %d%n",
          second / 60, slopes.last(), carried.sum(), dropped.sum(), admitted.sum());
    }
  }

  private static double gauge(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  private boolean verdict() {
    System.out.println(slopes.table());
    boolean good =
        slopes.grows().isEmpty() && dropped.sum() == 0 && admitted.sum() == 0 && carried.sum() > 0;
    System.out.printf(
        "%s: %d connections carried, %d dropped, %d wrongly admitted, growing: %s%n",
        good ? "good" : "NOT GOOD",
        carried.sum(),
        dropped.sum(),
        admitted.sum(),
        slopes.grows().isEmpty() ? "nothing" : slopes.grows());
    return good;
  }
}
