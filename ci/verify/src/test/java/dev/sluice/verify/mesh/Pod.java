package dev.sluice.verify.mesh;

import java.util.List;

/// The pods of the test mesh; the last part of the address is their number.
///
/// `web`, `other` and `partner` are clients on the first node; `api` (behind the waypoint) and
/// `ledger` are servers on the second.
enum Pod {
  WEB("shop", "web", "n1", 1),
  OTHER("shop", "other", "n1", 2),
  PARTNER("pay", "partner", "n1", 3),
  API("shop", "api", "n2", 11),
  LEDGER("pay", "ledger", "n2", 12),
  WAYPOINT("shop", "waypoint", "n3", 20);

  static final List<Pod> CLIENTS = List.of(WEB, OTHER, PARTNER);
  static final List<Pod> SERVERS = List.of(API, LEDGER);

  private final String namespace;
  private final String account;
  private final String node;
  private final int number;

  Pod(String namespace, String account, String node, int number) {
    this.namespace = namespace;
    this.account = account;
    this.node = node;
    this.number = number;
  }

  String namespace() {
    return namespace;
  }

  String account() {
    return account;
  }

  String node() {
    return node;
  }

  String key() {
    return namespace + "/" + account;
  }

  String address(String network) {
    return network + number;
  }

  /// The Service address that clients dial; ports are 80 → 8080.
  String vip() {
    return "10.96.0." + number;
  }
}
