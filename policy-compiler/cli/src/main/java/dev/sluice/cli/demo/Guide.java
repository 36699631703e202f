package dev.sluice.cli.demo;

import java.util.concurrent.CountDownLatch;

/// What one can try while the mesh keeps running.
final class Guide {

  private Guide() {}

  /// Prints addresses and commands, then waits for Ctrl-C.
  static void stay(Stage stage) throws InterruptedException {
    print(stage);
    new CountDownLatch(1).await();
  }

  private static void print(Stage stage) {
    Console console = stage.console();
    DemoMesh mesh = stage.mesh();
    console.remark("");
    console.remark(
        "The mesh keeps running; Ctrl-C ends it. Everything is in " + mesh.folder().root());
    for (Shop.Role role : Shop.Role.values()) {
      ProxyStatus status = mesh.status(role);
      console.remark("");
      console.remark(role.title() + ", log " + mesh.folder().log(role));
      console.remark("  curl -s http://" + status.address("admin") + "/config_dump");
      console.remark("  curl -s http://" + status.address("stats") + "/metrics");
      console.remark("  curl -s http://" + status.address("readiness") + "/healthz/ready");
    }
    console.remark("");
    console.remark("services, as their clients reach them:");
    for (Shop.Way way : Shop.ways(mesh.addresses())) {
      String address = mesh.status(way.client().proxy()).listeners().get(way.listener());
      console.remark(
          "  # "
              + way.client().app()
              + " → "
              + way.target().name()
              + "\n  curl -si http://"
              + address
              + path(way));
    }
    console.remark("");
    console.remark("place an order as a clerk (web → orders):");
    var toOrders = new Shop.Way(Shop.WEB, Shop.ORDERS.target());
    console.remark(
        "  curl -si -X POST -H 'authorization: Bearer "
            + stage.tokens().clerk()
            + "' http://"
            + mesh.status(Shop.Role.NODE1).listeners().get(toOrders.listener())
            + "/orders");
  }

  private static String path(Shop.Way way) {
    return way.target().name().startsWith("orders") ? "/orders/7" : "/";
  }
}
