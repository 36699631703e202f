package dev.sluice.bench.pods;

import dev.sluice.bench.pods.Figures.Better;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// This project's ztunnel beside others: the same load in the same run, in interleaved rounds,
/// answers checked first, bytes and connections counted per CPU-second of the proxies.
///
/// Arguments: rounds (default 3), seconds per figure (default 3), peers (default all, separated by
/// commas). `PEER_ZTUNNEL` names Istio's binary. Runs as root.
public final class SideBySide {

  private static final int[] STREAMS = {1, 8, 64};
  private static final int WORKERS = 16;
  private static final int HBONE_PORT = 15_008;
  private static final int WARM_UP_MILLIS = 5_000;
  private static final int MOST_WARM_UPS = 12;
  private static final double MIB = 1 << 20;

  private final Map<String, Pairing.Kinds> kinds = new LinkedHashMap<>();
  private final Map<String, Pairing> pairings = new LinkedHashMap<>();
  private final int seconds;
  private final Figures figures;

  private SideBySide(List<String> wanted, int seconds) {
    this.seconds = seconds;
    var all = new LinkedHashMap<String, Pairing.Kinds>();
    all.put("direct", Kinds.plain(new OtherProxies.Direct()));
    all.put("haproxy", Kinds.plain(new OtherProxies.Haproxy()));
    all.put("stunnel", Kinds.plain(new OtherProxies.Stunnel()));
    all.put("ztunnel", Kinds.upstream(Map.of()));
    all.put("sluice", Kinds.sluice(Map.of()));
    all.forEach((name, kind) -> {
      if (wanted.isEmpty() || wanted.contains(name)) {
        kinds.put(name, kind);
      }
    });
    figures = new Figures(List.copyOf(kinds.keySet()));
  }

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 3;
    List<String> peers = arguments.length > 2 ? List.of(arguments[2].split(",", -1)) : List.of();
    var run = new SideBySide(peers, seconds);
    try {
      run.lay(Files.createTempDirectory("sluice-side-by-side"));
      for (int round = 0; round < rounds; round++) {
        run.round(round);
      }
      for (var pairing : run.pairings.entrySet()) {
        run.memory(pairing.getKey(), pairing.getValue());
      }
    } finally {
      run.pairings.values().forEach(Pairing::close);
    }
    run.addedLatency();
    System.out.println(Machine.describe(rounds, seconds));
    System.out.println(run.figures.table("sluice", "ztunnel"));
    Runtime.getRuntime().halt(0);
  }

  private static Proxy probe(String name) {
    return switch (name) {
      case "haproxy" -> new OtherProxies.Haproxy();
      case "stunnel" -> new OtherProxies.Stunnel();
      case "ztunnel" -> new UpstreamZtunnel(Map.of(), Map.of());
      case "sluice" -> SluiceZtunnel.usual();
      case String _ -> new OtherProxies.Direct();
    };
  }

  /// Starts every peer that is there and checks that it carries bytes right.
  private void lay(Path home) throws IOException {
    for (var kind : kinds.entrySet()) {
      String name = kind.getKey();
      var missing = probe(name).missing();
      if (missing.isPresent()) {
        figures.missing(name, missing.get());
        continue;
      }
      var clients = List.of("web", "spare");
      Pairing pairing = Pairing.lay(kind.getValue(), kind.getValue(), clients, home.resolve(name));
      pairings.put(name, pairing);
      if (!name.equals("direct")) {
        pairing.proxy("spare").stop();
      }
      Agent web = pairing.agent("web");
      web.ask("mirror " + app(pairing) + " 3000000 4");
      System.err.println(name + " carries bytes right");
      warmUp(name, pairing);
    }
  }

  /// The same amount of work for every peer; a compiler that works while others are served needs
  /// it.
  private void warmUp(String name, Pairing pairing) throws IOException {
    Agent web = pairing.agent("web");
    web.ask("bulk " + app(pairing) + " 8 " + WARM_UP_MILLIS);
    web.ask("ping " + app(pairing) + " " + WARM_UP_MILLIS);
    repeat(web, "connect " + app(pairing) + " " + WORKERS + " " + WARM_UP_MILLIS, 20_000);
    if (isHbone(name)) {
      repeat(web, handshake(pairing, WARM_UP_MILLIS), 5_000);
    }
  }

  private static void repeat(Agent agent, String task, long enough) throws IOException {
    long count = 0;
    for (int i = 0; i < MOST_WARM_UPS && count < enough; i++) {
      count += agent.number(task, "count");
    }
  }

  private static boolean isHbone(String name) {
    return name.equals("ztunnel") || name.equals("sluice");
  }

  private static String handshake(Pairing pairing, int millis) {
    return "handshake %s %d %s %d"
        .formatted(
            pairing.bed().pod("api").address(), HBONE_PORT, pairing.world().certificates(), millis);
  }

  private static String app(Pairing pairing) {
    return pairing.bed().pod("api").address() + " " + Sides.APP_PORT;
  }

  private void round(int number) throws IOException {
    var order = new ArrayList<>(pairings.entrySet());
    Collections.rotate(order, number);
    for (int streams : STREAMS) {
      for (var each : order) {
        bulk(each.getKey(), each.getValue(), streams);
      }
    }
    for (var each : order) {
      ping(each.getKey(), each.getValue());
    }
    for (var each : order) {
      connections(each.getKey(), each.getValue());
    }
    for (var each : order) {
      handshakes(each.getKey(), each.getValue());
    }
    for (var each : order) {
      start(each.getKey(), each.getValue());
    }
    System.err.println("round " + (number + 1) + " done");
  }

  private void bulk(String name, Pairing pairing, int streams) throws IOException {
    Sides sides = pairing.sides();
    long before = sides.cpuMillis();
    var answer =
        pairing.agent("web").ask("bulk " + app(pairing) + " " + streams + " " + seconds * 1000);
    long cpu = sides.cpuMillis() - before;
    double mebibytes = number(answer, "bytes") / MIB;
    String workload = "bulk, " + streams + (streams == 1 ? " stream" : " streams");
    figures.add(name, workload, "MiB/s", Better.MORE, mebibytes / (number(answer, "nanos") / 1e9));
    perCpu(name, workload, "MiB/CPU-s", mebibytes, cpu);
  }

  private void perCpu(String name, String workload, String unit, double work, long cpuMillis) {
    if (cpuMillis > 0) {
      figures.add(name, workload, unit, Better.MORE, work / (cpuMillis / 1000.0));
    }
  }

  private static double number(Map<String, String> answer, String field) {
    return Double.parseDouble(answer.getOrDefault(field, "NaN"));
  }

  private void ping(String name, Pairing pairing) throws IOException {
    Sides sides = pairing.sides();
    long before = sides.cpuMillis();
    var answer = pairing.agent("web").ask("ping " + app(pairing) + " " + seconds * 1000);
    long cpu = sides.cpuMillis() - before;
    String workload = "1 KiB there and back";
    figures.add(name, workload, "p50 µs", Better.LESS, number(answer, "p50") / 1e3);
    figures.add(name, workload, "p99 µs", Better.LESS, number(answer, "p99") / 1e3);
    figures.add(name, workload, "p99.9 µs", Better.LESS, number(answer, "p999") / 1e3);
    perCpu(name, workload, "per CPU-s", number(answer, "count"), cpu);
  }

  /// What a proxy adds to the latency of no proxy.
  private void addedLatency() {
    String workload = "1 KiB there and back";
    for (String unit : List.of("p50 µs", "p99 µs")) {
      double direct = figures.median("direct", workload, unit);
      for (String name : pairings.keySet()) {
        double added = figures.median(name, workload, unit) - direct;
        if (!name.equals("direct") && !Double.isNaN(added)) {
          figures.add(name, "added to direct", unit, Better.LESS, added);
        }
      }
    }
  }

  /// New connections: tunnels in a pooled connection for HBONE, a handshake each for the others.
  private void connections(String name, Pairing pairing) throws IOException {
    Sides sides = pairing.sides();
    long before = sides.cpuMillis();
    var answer =
        pairing.agent("web").ask("connect " + app(pairing) + " " + WORKERS + " " + seconds * 1000);
    long cpu = sides.cpuMillis() - before;
    if (number(answer, "failed") > 0) {
      System.err.println(name + ": " + answer.get("failed") + " connections failed");
    }
    String workload = "new connections";
    figures.add(
        name,
        workload,
        "per s",
        Better.MORE,
        number(answer, "count") / (number(answer, "nanos") / 1e9));
    perCpu(name, workload, "per CPU-s", number(answer, "count"), cpu);
  }

  /// Full mutual handshakes with one tunnel each, at the server's proxy.
  private void handshakes(String name, Pairing pairing) throws IOException {
    if (!isHbone(name)) {
      return;
    }
    Proxy.Started server = pairing.proxy("api");
    long before = server.cpuMillis();
    var answer = pairing.agent("web").ask(handshake(pairing, seconds * 1000));
    long cpu = server.cpuMillis() - before;
    if (number(answer, "failed") > 0) {
      System.err.println(name + ": " + answer.get("failed") + " handshakes failed");
    }
    perCpu(name, "full mTLS handshakes, server", "per CPU-s", number(answer, "count"), cpu);
  }

  private void start(String name, Pairing pairing) throws IOException {
    if (name.equals("direct")) {
      return;
    }
    Proxy.Started spare = pairing.restart("spare");
    Shell.pause(2_000);
    figures.add(name, "start to ready", "ms", Better.LESS, spare.readyMillis());
    figures.add(name, "idle memory", "MiB RSS", Better.LESS, spare.residentKib() / 1024.0);
    spare.stop();
  }

  /// What idle connections cost both proxies together.
  private void memory(String name, Pairing pairing) throws IOException {
    if (name.equals("direct")) {
      return;
    }
    Sides sides = pairing.sides();
    Agent web = pairing.agent("web");
    long base = sides.residentKib();
    int held = 0;
    for (int most : new int[] {1_000, 10_000}) {
      if (!isHbone(name) && most * 2 > ProcessFacts.descriptorLimit() - 500) {
        System.err.println(name + ": too few file descriptors for " + most + " connections");
        break;
      }
      try {
        web.ask("hold " + app(pairing) + " " + (most - held));
      } catch (IOException failed) {
        System.err.println(name + ": " + failed.getMessage());
        break;
      }
      held = most;
      Shell.pause(2_000);
      figures.add(
          name,
          most + " idle connections",
          "KiB each",
          Better.LESS,
          (double) (sides.residentKib() - base) / most);
    }
    web.ask("release");
  }
}
