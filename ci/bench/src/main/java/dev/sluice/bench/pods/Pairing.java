package dev.sluice.bench.pods;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A bed with one kind of proxy at the clients and one at the server, and applications on both
/// sides.
final class Pairing implements AutoCloseable {

  private final Proxy clientKind;
  private final Proxy serverKind;
  private final Bed bed;
  private final World world;
  private final Map<String, Proxy.Started> proxies = new LinkedHashMap<>();
  private final Map<String, Agent> agents = new LinkedHashMap<>();
  private final List<AutoCloseable> services = new ArrayList<>();

  private Pairing(Proxy clientKind, Proxy serverKind, Bed bed, World world) {
    this.clientKind = clientKind;
    this.serverKind = serverKind;
    this.bed = bed;
    this.world = world;
  }

  /// How the two kinds of proxy are made for a world; what they need is kept with the pairing.
  interface Kinds {
    Proxy make(World world, List<AutoCloseable> services) throws IOException;
  }

  /// Lays a bed with the pods `api` and `clients`, starts everything and leads the clients' traffic
  /// to their proxies.
  static Pairing lay(Kinds client, Kinds server, List<String> clients, Path home)
      throws IOException {
    var accounts = new ArrayList<>(List.of("api"));
    accounts.addAll(clients);
    Bed bed = Bed.lay(accounts);
    var services = new ArrayList<AutoCloseable>();
    try {
      var world = new World(bed, home);
      var pairing =
          new Pairing(client.make(world, services), server.make(world, services), bed, world);
      pairing.services.addAll(services);
      pairing.start();
      return pairing;
    } catch (IOException failed) {
      bed.close();
      throw failed;
    }
  }

  private void start() throws IOException {
    for (Bed.Pod pod : bed.pods()) {
      Agent agent = Agent.start(pod);
      agents.put(pod.account(), agent);
      boolean server = pod.account().equals("api");
      if (server) {
        agent.ask("serve " + Sides.APP_PORT);
      }
      Proxy kind = server ? serverKind : clientKind;
      Proxy.Started proxy = kind.start(world, pod);
      proxies.put(pod.account(), proxy);
      if (!server) {
        Sides.capture(bed, pod, proxy, kind);
      }
    }
  }

  String name() {
    return clientKind.name() + " → " + serverKind.name();
  }

  Bed bed() {
    return bed;
  }

  World world() {
    return world;
  }

  Agent agent(String account) {
    Agent agent = agents.get(account);
    if (agent == null) {
      throw new IllegalArgumentException("no application in `" + account + "`");
    }
    return agent;
  }

  Proxy.Started proxy(String account) {
    Proxy.Started proxy = proxies.get(account);
    if (proxy == null) {
      throw new IllegalArgumentException("no proxy for `" + account + "`");
    }
    return proxy;
  }

  /// Starts the proxy of a pod again after it was stopped.
  Proxy.Started restart(String account) throws IOException {
    Proxy kind = account.equals("api") ? serverKind : clientKind;
    Proxy.Started proxy = kind.start(world, bed.pod(account));
    proxies.put(account, proxy);
    return proxy;
  }

  Sides sides() {
    return new Sides(bed, proxy("web"), proxy("api"));
  }

  /// What the proxy of a pod has logged.
  String log(String account) throws IOException {
    Proxy kind = account.equals("api") ? serverKind : clientKind;
    return java.nio.file.Files.readString(world.home().resolve(kind.name() + "-" + account));
  }

  @Override
  public void close() {
    agents.values().forEach(Agent::close);
    proxies.values().forEach(Proxy.Started::stop);
    for (AutoCloseable service : services) {
      try {
        service.close();
      } catch (Exception left) {
        System.err.println("left behind: " + left);
      }
    }
    bed.close();
  }
}
