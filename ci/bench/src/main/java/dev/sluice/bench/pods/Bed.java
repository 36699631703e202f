package dev.sluice.bench.pods;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/// A bridge with pods: one network namespace each, with an own address; needs root.
final class Bed implements AutoCloseable {

  /// A pod of the bed.
  ///
  /// @param account its service account in namespace `shop`, and its name
  record Pod(String account, String netns, String address) {

    /// The command as it runs in the pod.
    List<String> command(List<String> command) {
      var inside = new ArrayList<>(List.of("ip", "netns", "exec", netns));
      inside.addAll(command);
      return inside;
    }

    String run(String line) throws IOException {
      return Shell.run(command(List.of(line.split(" ", -1))));
    }

    Process start(List<String> command, Map<String, String> environment, Path log)
        throws IOException {
      return Shell.start(command(command), environment, log);
    }
  }

  private final String tag;
  private final String bridge;
  private final String network;
  private final Map<String, Pod> pods = new LinkedHashMap<>();

  private Bed(String tag, String network) {
    this.tag = tag;
    this.bridge = "slb" + tag;
    this.network = network;
  }

  /// Lays a bed with these pods.
  static Bed lay(List<String> accounts) throws IOException {
    var random = ThreadLocalRandom.current();
    String tag = Integer.toHexString(random.nextInt(0x1000, 0x10000));
    var bed = new Bed(tag, "10." + random.nextInt(100, 250) + "." + random.nextInt(250) + ".");
    try {
      Shell.run("ip link add " + bed.bridge + " type bridge");
      Shell.run("ip addr add " + bed.host() + "/24 dev " + bed.bridge);
      Shell.run("ip link set " + bed.bridge + " up");
      for (String account : accounts) {
        bed.add(account);
      }
      return bed;
    } catch (IOException failed) {
      bed.close();
      throw failed;
    }
  }

  private void add(String account) throws IOException {
    int number = pods.size() + 1;
    var pod = new Pod(account, "sl" + tag + "-" + account, network + number);
    Shell.run("ip netns add " + pod.netns());
    pods.put(account, pod);
    String veth = "slv" + tag + number;
    Shell.run("ip link add " + veth + " type veth peer name eth0 netns " + pod.netns());
    Shell.run("ip link set " + veth + " master " + bridge + " up");
    pod.run("ip addr add " + pod.address() + "/24 dev eth0");
    pod.run("ip link set eth0 up");
    pod.run("ip link set lo up");
    pod.run("ip route add default via " + host());
  }

  /// The address of this machine that pods reach.
  String host() {
    return network + "254";
  }

  Pod pod(String account) {
    Pod pod = pods.get(account);
    if (pod == null) {
      throw new IllegalArgumentException("no pod `" + account + "`");
    }
    return pod;
  }

  List<Pod> pods() {
    return List.copyOf(pods.values());
  }

  /// Leads what a pod dials at `address:port` to a port of its own instead, but for what the proxy
  /// marks as its own.
  static void redirect(Pod pod, String address, int port, int proxy) throws IOException {
    pod.run(
        "iptables -w -t nat -A OUTPUT -p tcp -d "
            + address
            + " --dport "
            + port
            + " -m mark ! --mark 0x539 -j REDIRECT --to-ports "
            + proxy);
  }

  /// Takes the namespaces and the bridge away; processes inside are the business of who started
  /// them.
  @Override
  public void close() {
    for (Pod pod : pods.values()) {
      quietly("ip netns del " + pod.netns());
    }
    quietly("ip link del " + bridge);
  }

  private static void quietly(String command) {
    try {
      Shell.run(command);
    } catch (IOException left) {
      System.err.println("left behind: " + left.getMessage());
    }
  }
}
