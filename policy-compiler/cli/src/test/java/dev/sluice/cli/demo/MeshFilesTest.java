package dev.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MeshFilesTest {

  private static final Addresses ADDRESSES = new Addresses(20, 30);
  private static final MeshFiles FILES = new MeshFiles(new DemoFolder(Path.of("demo")), ADDRESSES);

  private static Map<Shop.Pod, InetSocketAddress> apps() {
    var apps = new HashMap<Shop.Pod, InetSocketAddress>();
    Shop.APPS.forEach(pod ->
        apps.put(pod, new InetSocketAddress(InetAddress.getLoopbackAddress(), 1_000 + pod.host())));
    return apps;
  }

  private static List<?> list(Map<String, Object> parent, String name) {
    return (List<?>) Objects.requireNonNull(parent.get(name));
  }

  @Test
  void only_orders_is_behind_the_waypoint() {
    var behind =
        list(FILES.mesh(), "services").stream()
            .map(service -> (Map<?, ?>) service)
            .filter(service -> service.containsKey("waypoint"))
            .toList();
    assertThat(behind)
        .singleElement()
        .satisfies(orders -> {
          assertThat(orders.get("name")).isEqualTo("orders");
          assertThat(String.valueOf(orders.get("waypoint"))).contains("/127.20.30.8");
        });
  }

  @Test
  void every_way_is_captured_at_its_clients_node_only() {
    var first = list(FILES.capture(Shop.Role.NODE1, apps()), "outbound");
    var second = list(FILES.capture(Shop.Role.NODE2, apps()), "outbound");
    assertThat(first.size() + second.size()).isEqualTo(Shop.ways(ADDRESSES).size());
    assertThat(second)
        .singleElement()
        .asString()
        .contains("shop/orders-v1")
        .contains("10.96.0.15:80");
  }

  @Test
  void every_application_is_behind_its_pods_inbound_capture() {
    var inbound = list(FILES.capture(Shop.Role.NODE2, apps()), "inbound");
    assertThat(inbound).hasSize(3);
    assertThat(inbound.toString())
        .contains("workload=payments/ledger")
        .contains("listen=127.20.30.7:8080")
        .contains("app=127.0.0.1:1007");
  }
}
