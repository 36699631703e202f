package dev.sluice.cli.demo;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What runs: the pods and Services of `examples/shop`, and who dials whom.
final class Shop {

  static final int HBONE_PORT = 15_008;
  static final int APP_PORT = 8_080;
  static final int SERVICE_PORT = 80;
  static final String TRUST_DOMAIN = "cluster.local";

  /// One pod; `host` is the last part of its address.
  record Pod(
      String namespace,
      String name,
      String account,
      Role proxy,
      Map<String, String> labels,
      int host) {

    /// `namespace/name`.
    String key() {
      return namespace + "/" + name;
    }

    /// What people call the application, whatever its version.
    String app() {
      return labels.getOrDefault("app", name);
    }

    /// The UID in the static mesh file.
    String uid() {
      return "demo//Pod/" + key();
    }
  }

  /// A Service and the pods behind it.
  record Service(String namespace, String name, String vip, List<Pod> pods) {

    String hostname() {
      return name + "." + namespace + ".svc." + TRUST_DOMAIN;
    }

    Target target() {
      return new Target(name, vip + ":" + SERVICE_PORT, pods.getFirst().name());
    }
  }

  /// Something that can be dialled: its short name, its `address:port`, and a workload behind it.
  record Target(String name, String destination, String workload) {}

  /// A way from a client to a target, with a listener of its own at the client's ztunnel.
  record Way(Pod client, Target target) {
    /// The listener's name in the ports file.
    String listener() {
      return client.key() + "→" + target.destination();
    }
  }

  /// The proxy processes.
  enum Role {
    NODE1("ztunnel 1"),
    NODE2("ztunnel 2"),
    WAYPOINT("waypoint");

    private final String title;

    Role(String title) {
      this.title = title;
    }

    /// What people call it.
    String title() {
      return title;
    }

    /// What files are called after it.
    String fileName() {
      return title.replace(' ', '-');
    }

    /// The node of the pods it serves; empty for the waypoint, which serves none.
    String node() {
      return switch (this) {
        case NODE1 -> "node1";
        case NODE2 -> "node2";
        case WAYPOINT -> "";
      };
    }
  }

  static final Pod WEB = pod("shop", "web", Role.NODE1, 2);
  static final Pod CATALOG = pod("shop", "catalog", Role.NODE1, 3);
  static final Pod METRICS = pod("platform", "metrics", Role.NODE1, 4);
  static final Pod ORDERS_V1 = orders("v1", 5);
  static final Pod ORDERS_V2 = orders("v2", 6);
  static final Pod LEDGER = pod("payments", "ledger", Role.NODE2, 7);
  static final Pod WAYPOINT = new Pod("shop", "waypoint", "waypoint", Role.WAYPOINT, Map.of(), 8);

  /// Every pod, the waypoint's included.
  static final List<Pod> PODS =
      List.of(WEB, CATALOG, METRICS, ORDERS_V1, ORDERS_V2, LEDGER, WAYPOINT);

  /// The pods that run a sample service.
  static final List<Pod> APPS = PODS.stream().filter(pod -> !pod.equals(WAYPOINT)).toList();

  static final Service WEB_SERVICE = new Service("shop", "web", "10.96.0.10", List.of(WEB));
  static final Service CATALOG_SERVICE =
      new Service("shop", "catalog", "10.96.0.11", List.of(CATALOG));

  /// The only Service behind the waypoint.
  static final Service ORDERS =
      new Service("shop", "orders", "10.96.0.12", List.of(ORDERS_V1, ORDERS_V2));

  static final Service LEDGER_SERVICE =
      new Service("payments", "ledger", "10.96.0.15", List.of(LEDGER));

  static final List<Service> SERVICES =
      List.of(
          WEB_SERVICE,
          CATALOG_SERVICE,
          ORDERS,
          new Service("shop", "orders-v1", "10.96.0.13", List.of(ORDERS_V1)),
          new Service("shop", "orders-v2", "10.96.0.14", List.of(ORDERS_V2)),
          LEDGER_SERVICE,
          new Service("platform", "metrics", "10.96.0.16", List.of(METRICS)));

  private Shop() {}

  private static Pod pod(String namespace, String name, Role proxy, int host) {
    return new Pod(namespace, name, name, proxy, Map.of("app", name), host);
  }

  private static Pod orders(String version, int host) {
    var labels = Map.of("app", "orders", "version", version);
    return new Pod("shop", "orders-" + version, "orders", Role.NODE2, labels, host);
  }

  /// The pod itself as a target, around its Service.
  static Target direct(Pod pod, Addresses addresses) {
    return new Target(pod.app() + " pod", addresses.of(pod) + ":" + APP_PORT, pod.name());
  }

  /// The ways that get a listener.
  static List<Way> ways(Addresses addresses) {
    return Stream.of(
            new Way(WEB, ORDERS.target()),
            new Way(WEB, CATALOG_SERVICE.target()),
            new Way(WEB, LEDGER_SERVICE.target()),
            new Way(WEB, direct(ORDERS_V1, addresses)),
            new Way(CATALOG, ORDERS.target()),
            new Way(CATALOG, WEB_SERVICE.target()),
            new Way(ORDERS_V1, LEDGER_SERVICE.target()),
            new Way(METRICS, CATALOG_SERVICE.target()),
            new Way(METRICS, WEB_SERVICE.target()))
        .toList();
  }
}
