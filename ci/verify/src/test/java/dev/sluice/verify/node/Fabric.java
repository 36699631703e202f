package dev.sluice.verify.node;

/// The network of a bed: a bridge in a namespace of its own, to which nodes are wired, and to those
/// their pods.
///
/// @param prefix what the names of the namespaces begin with
/// @param middle where the bridge is; `172.31.0.1` and `fd31::1`
record Fabric(String prefix, Netns middle) {

  static Fabric lay(String prefix) {
    Netns middle = Netns.add(prefix + "fabric");
    middle.ip("link add br0 type bridge");
    middle.ip("addr add 172.31.0.1/16 dev br0");
    middle.ip("addr add fd31::1/64 dev br0 nodad");
    middle.ip("link set br0 up");
    middle.sysctl("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    return new Fabric(prefix, middle);
  }

  /// A node whose pods are `10.0.<number>.*` and `fd10:<number>::*`.
  Netns addNode(int number) {
    Netns node = Netns.add(prefix + "node" + number);
    middle.ip("link add vn" + number + " type veth peer name eth0 netns " + node.name());
    middle.ip("link set vn" + number + " master br0 up");
    String ip = "172.31.0." + (number + 1);
    String ip6 = "fd31::" + (number + 1);
    node.ip("addr add " + ip + "/16 dev eth0");
    node.ip("addr add " + ip6 + "/64 dev eth0 nodad");
    node.ip("link set eth0 up");
    node.ip("route add default via 172.31.0.1");
    node.ip("-6 route add default via fd31::1");
    node.sysctl(
        "net.ipv4.ip_forward=1",
        "net.ipv6.conf.all.forwarding=1",
        "net.ipv4.conf.all.rp_filter=0",
        "net.ipv4.conf.default.rp_filter=0");
    middle.ip("route add 10.0." + number + ".0/24 via " + ip);
    middle.ip("-6 route add fd10:" + number + "::/32 via " + ip6);
    return node;
  }

  /// Wires a pod to its node `at`, which routes for it.
  void connect(BedPod pod, Netns at) {
    String link = "v" + pod.index();
    at.ip("link add " + link + " type veth peer name eth0 netns " + pod.netns().name());
    at.ip("addr add 169.254.1.1/32 dev " + link);
    at.ip("addr add fe80::1/64 dev " + link + " nodad");
    at.ip("link set " + link + " up");
    at.ip("route add " + pod.ip() + "/32 dev " + link);
    at.ip("-6 route add " + pod.ip6() + "/128 dev " + link);
    Netns own = pod.netns();
    own.ip("addr add " + pod.ip() + "/32 dev eth0");
    own.ip("addr add " + pod.ip6() + "/128 dev eth0 nodad");
    own.ip("link set eth0 up");
    own.ip("route add 169.254.1.1/32 dev eth0 scope link");
    own.ip("route add default via 169.254.1.1 dev eth0");
    own.ip("-6 route add default via fe80::1 dev eth0");
  }
}
