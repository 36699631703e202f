package dev.sluice.bench.pods;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The proxies that bytes are compared with: none at all, and TCP over mutual TLS 1.3 by HAProxy
/// and stunnel, without session resumption.
final class OtherProxies {

  private static final int CLIENT_PORT = 16_001;
  private static final int SERVER_PORT = 16_443;

  private OtherProxies() {}

  /// Plain TCP from pod to pod: what nobody can beat.
  record Direct() implements Proxy {
    @Override
    public String name() {
      return "direct";
    }

    @Override
    public Optional<String> missing() {
      return Optional.empty();
    }

    @Override
    public Started start(World world, Bed.Pod pod) {
      return new Started(List.of(), 0, 0);
    }
  }

  private static Optional<String> missing(String program) {
    return Files.isExecutable(Path.of(program))
        ? Optional.empty()
        : Optional.of("peer missing: no " + program);
  }

  private static boolean isServer(Bed.Pod pod) {
    return pod.account().equals("api");
  }

  private static Proxy.Started started(Process process, Bed.Pod pod) throws IOException {
    long start = System.nanoTime();
    int port = isServer(pod) ? SERVER_PORT : CLIENT_PORT;
    while (!isListening(pod, port)) {
      if (!process.isAlive() || System.nanoTime() - start > 10_000_000_000L) {
        throw new IOException("the proxy in `" + pod.account() + "` does not listen");
      }
      Shell.pause(2);
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    return new Proxy.Started(List.of(process), isServer(pod) ? 0 : CLIENT_PORT, millis);
  }

  private static boolean isListening(Bed.Pod pod, int port) throws IOException {
    return pod.run("ss -Hltn sport = :" + port).contains(":" + port);
  }

  /// HAProxy in TCP mode with two threads.
  record Haproxy() implements Proxy {
    private static final String PROGRAM = "/usr/sbin/haproxy";

    @Override
    public String name() {
      return "haproxy";
    }

    @Override
    public Optional<String> missing() {
      return OtherProxies.missing(PROGRAM);
    }

    @Override
    public Started start(World world, Bed.Pod pod) throws IOException {
      String pem = world.bothPem(pod) + " ca-file " + world.rootPem() + " verify required";
      String app = pod.address() + ":" + Sides.APP_PORT;
      String peer = world.bed().pod("api").address() + ":" + SERVER_PORT;
      String ends =
          isServer(pod)
              ? "bind *:%d ssl crt %s no-tls-tickets\n server app %s"
                  .formatted(SERVER_PORT, pem, app)
              : "bind *:%d\n server peer %s ssl crt %s no-ssl-reuse"
                  .formatted(CLIENT_PORT, peer, pem);
      Path file =
          Files.writeString(
              world.home().resolve("haproxy-" + pod.account() + ".cfg"),
              """
              global
               nbthread 2
               maxconn %d
               tune.ssl.cachesize 0
               ssl-default-bind-options ssl-min-ver TLSv1.3
               ssl-default-server-options ssl-min-ver TLSv1.3
              defaults
               mode tcp
               timeout connect 10s
               timeout client 1h
               timeout server 1h
              listen through
               %s
              """
                  .formatted((ProcessFacts.descriptorLimit() - 200) / 2, ends));
      Process process =
          pod.start(
              List.of(PROGRAM, "-db", "-f", file.toString()),
              Map.of(),
              world.home().resolve("haproxy-" + pod.account()));
      return started(process, pod);
    }
  }

  /// stunnel, a thread per connection.
  record Stunnel() implements Proxy {
    private static final String PROGRAM = "/usr/bin/stunnel";

    @Override
    public String name() {
      return "stunnel";
    }

    @Override
    public Optional<String> missing() {
      return OtherProxies.missing(PROGRAM);
    }

    @Override
    public Started start(World world, Bed.Pod pod) throws IOException {
      String peer = world.bed().pod("api").address() + ":" + SERVER_PORT;
      String app = pod.address() + ":" + Sides.APP_PORT;
      String ends =
          isServer(pod)
              ? "accept = %d\nconnect = %s".formatted(SERVER_PORT, app)
              : "client = yes\naccept = %d\nconnect = %s".formatted(CLIENT_PORT, peer);
      Path file =
          Files.writeString(
              world.home().resolve("stunnel-" + pod.account() + ".conf"),
              """
              foreground = yes
              pid =
              debug = warning
              socket = l:TCP_NODELAY=1
              socket = r:TCP_NODELAY=1
              [through]
              %s
              cert = %s
              CAfile = %s
              verifyChain = yes
              sslVersionMin = TLSv1.3
              sessionResume = no
              """
                  .formatted(ends, world.bothPem(pod), world.rootPem()));
      Process process =
          pod.start(
              List.of(PROGRAM, file.toString()),
              Map.of(),
              world.home().resolve("stunnel-" + pod.account()));
      return started(process, pod);
    }
  }
}
