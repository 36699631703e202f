package dev.sluice.bench.pods;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether this project's ztunnel and Istio's carry each other's traffic, in both roles.
///
/// Runs as root with the packaged ztunnel; `PEER_ZTUNNEL` names the other's binary. Prints one line
/// per question and ends with 1 when an answer is wrong, with 3 when there is no peer.
public final class Interop {

  private static final int LARGE = 16 << 20;
  private static final int MANY = 150;

  /// Longer than three intervals of PING and than the time one may take to be answered.
  private static final long QUIET_MILLIS = 33_000;

  private static final String WEB = "spiffe://cluster.local/ns/shop/sa/web";
  private static final String OTHER = "spiffe://cluster.local/ns/shop/sa/other";

  private int wrong;

  private Interop() {}

  public static void main(String[] arguments) throws Exception {
    Optional<String> missing = new UpstreamZtunnel(Map.of(), Map.of()).missing();
    if (missing.isPresent()) {
      System.out.println(missing.get());
      Runtime.getRuntime().halt(3);
    }
    var interop = new Interop();
    interop.run(Files.createTempDirectory("sluice-interop"));
    System.out.println(interop.wrong == 0 ? "all right" : interop.wrong + " wrong");
    Runtime.getRuntime().halt(interop.wrong == 0 ? 0 : 1);
  }

  private void run(Path home) throws IOException {
    Pairing.Kinds ours = Kinds.sluice(Map.of());
    Pairing.Kinds theirs = Kinds.upstream(Map.of("RUST_LOG", "info,access=debug"));
    var pairings = new ArrayList<Pairing>();
    try {
      var clients = List.of("web", "other");
      pairings.add(Pairing.lay(ours, theirs, clients, home.resolve("1")));
      pairings.add(Pairing.lay(theirs, ours, clients, home.resolve("2")));
      pairings.add(Pairing.lay(ours, ours, clients, home.resolve("3")));
      pairings.add(Pairing.lay(theirs, theirs, clients, home.resolve("4")));
      long start = System.nanoTime();
      for (Pairing pairing : pairings) {
        pairing.agent("web").ask("hold " + at(pairing, 0) + " 5");
      }
      for (Pairing pairing : pairings) {
        exchange(pairing);
      }
      long left = QUIET_MILLIS - (System.nanoTime() - start) / 1_000_000;
      Shell.pause(Math.max(0, left));
      for (Pairing pairing : pairings) {
        drain(pairing);
      }
    } finally {
      pairings.forEach(Pairing::close);
      System.out.println("logs and files: " + home);
    }
  }

  private static String at(Pairing pairing, int destination) {
    var where = Sides.destinations(pairing.bed()).get(destination);
    return where.address() + " " + where.port();
  }

  private void exchange(Pairing pairing) throws IOException {
    String name = pairing.name();
    String server = pairing.bed().pod("api").address();
    Agent web = pairing.agent("web");
    expect(name, "bytes by Service, both ways, half-closed", works(web, pairing, 1, "5000 1"));
    expect(name, "16 MiB by pod address", works(web, pairing, 0, LARGE + " 1"));
    expect(name, MANY + " streams at once", works(web, pairing, 0, "65536 " + MANY));
    expect(
        name,
        "the server's log names the client's identity",
        awaitLog(pairing, "api", "src.identity=\"" + WEB + "\""));
    expect(
        name,
        "the client's log names the server's identity",
        awaitLog(pairing, "web", "dst.identity=\"spiffe://cluster.local/ns/shop/sa/api\""));
    expect(
        name,
        "the server counts mutual TLS by the client's identity",
        Probe.metric(
                server,
                "istio_tcp_connections_opened_total",
                "source_principal=\"" + WEB + "\"",
                "reporter=\"destination\"",
                "connection_security_policy=\"mutual_tls\"")
            > MANY);
    expect(
        name, "another identity gets nothing", !works(pairing.agent("other"), pairing, 0, "1 1"));
    expect(
        name,
        "and the server counts its denial",
        awaitMetric(server, "source_principal=\"" + OTHER + "\"", "response_flags=\"DENY\""));
    expect(name, "and the client is told 401", awaitLog(pairing, "other", "401"));
    expect(name, "a port nobody serves gets nothing", !works(web, pairing, 2, "1 1"));
    expect(
        name,
        "and the server counts a failed connect",
        awaitMetric(server, "response_flags=\"CONNECT\"", "source_principal=\"" + WEB + "\""));
    expect(name, "and the client is told 503", awaitLog(pairing, "web", "503"));
    expect(name, "traffic goes on after refusals", works(web, pairing, 1, "5000 5"));
  }

  /// A connection that was quiet through several PINGs, then a server that is told to go.
  private void drain(Pairing pairing) throws IOException {
    String name = pairing.name();
    Agent web = pairing.agent("web");
    expect(name, "quiet connections outlive keepalive", web.number("ask", "answered") == 5);
    Process server = pairing.proxy("api").processes().getFirst();
    server.destroy();
    Shell.pause(500);
    expect(name, "open connections outlive the drain's start", web.number("ask", "answered") == 5);
    expect(name, "a draining server takes no new ones", !works(web, pairing, 0, "1 1"));
    web.ask("release");
    long deadline = System.nanoTime() + 9_000_000_000L;
    while (server.isAlive() && System.nanoTime() < deadline) {
      Shell.pause(50);
    }
    expect(name, "the drained server ends", !server.isAlive());
  }

  private static boolean works(Agent agent, Pairing pairing, int destination, String what) {
    try {
      agent.ask("echo " + at(pairing, destination) + " " + what);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  private static boolean awaitLog(Pairing pairing, String account, String text) throws IOException {
    for (int i = 0; i < 50; i++) {
      if (pairing.log(account).contains(text)) {
        return true;
      }
      Shell.pause(100);
    }
    return false;
  }

  private static boolean awaitMetric(String server, String... labels) {
    for (int i = 0; i < 50; i++) {
      if (Probe.metric(server, "istio_tcp_connections_failed_total", labels) > 0) {
        return true;
      }
      Shell.pause(100);
    }
    return false;
  }

  private void expect(String pairing, String what, boolean isSo) {
    System.out.printf("%-20s %-60s %s%n", pairing, what, isSo ? "yes" : "NO");
    if (!isSo) {
      wrong++;
    }
  }
}
