package dev.sluice.runtime.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.identity.SpiffeId;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LiveMeshTest {

  private static final SpiffeId ID = SpiffeId.of("cluster.local", "shop", "api");
  private static final Duration SOON = Duration.ofSeconds(5);

  private static Workload pod(int number, int address) {
    return Workload.of("c//Pod/shop/p" + number, "p" + number, ID)
        .addresses(List.of(ip(address)))
        .services(Map.of("shop/api.shop", Map.of(80, 8080)))
        .build();
  }

  private static InetAddress ip(int number) {
    return InetAddress.ofLiteral("10.1." + number / 256 + "." + number % 256);
  }

  private static final Service API =
      Service.of("api", "shop", "api.shop")
          .vips(List.of(new NetworkAddress("", InetAddress.ofLiteral("10.96.0.1"))))
          .ports(Map.of(80, 8080))
          .build();

  private static LiveMesh of(Workload... workloads) {
    return new LiveMesh(StaticMesh.of("", List.of(workloads), List.of(API), List.of()));
  }

  @Test
  void a_change_is_a_new_snapshot_and_the_old_one_stays_as_it_was() {
    var live = of(pod(1, 1), pod(2, 2));
    StaticMesh before = live.current();

    live.apply(MeshUpdate.of(List.of(pod(1, 7), pod(3, 3)), List.of(), Set.of("c//Pod/shop/p2")));

    assertThat(live.current().members(API)).hasSize(2);
    assertThat(live.current().workload(ip(1))).isEmpty();
    assertThat(live.current().workload(ip(7))).isPresent();
    assertThat(live.current().workload(ip(2))).isEmpty();
    assertThat(before.workload(ip(1))).isPresent();
    assertThat(before.workload(ip(2))).isPresent();
    assertThat(before.members(API)).hasSize(2);
  }

  @Test
  void things_are_removed_by_every_name_discovery_has_for_them() {
    var live = of(pod(1, 1), pod(2, 2));
    live.apply(MeshUpdate.of(List.of(), List.of(), Set.of("/10.1.0.1", "shop/api.shop", "gone")));

    assertThat(live.current().workloads()).extracting(Workload::name).containsExactly("p2");
    assertThat(live.current().services()).isEmpty();
    assertThat(live.current().isVip(InetAddress.ofLiteral("10.96.0.1"))).isFalse();
  }

  @Test
  void a_new_file_replaces_what_the_old_one_said_and_nothing_else() {
    var live = new LiveMesh(StaticMesh.empty());
    live.replace(StaticMesh.of("", List.of(pod(1, 1)), List.of(API), List.of()));
    live.apply(MeshUpdate.of(List.of(pod(9, 9)), List.of(), Set.of()));
    live.replace(StaticMesh.of("", List.of(pod(2, 2)), List.of(API), List.of()));

    assertThat(live.current().workloads())
        .extracting(Workload::name)
        .containsExactlyInAnyOrder("p2", "p9");
    assertThat(live.current().services()).hasSize(1);
  }

  @Test
  void an_address_of_several_workloads_is_the_pods_that_takes_tunnels() {
    var entry =
        Workload.of("c/networking.istio.io/WorkloadEntry/shop/e", "e", ID)
            .addresses(List.of(ip(1)))
            .protocol(Workload.Protocol.HBONE)
            .build();
    var plain = pod(1, 1);
    var tunnelled =
        Workload.of("c//Pod/shop/t", "t", ID)
            .addresses(List.of(ip(1)))
            .protocol(Workload.Protocol.HBONE)
            .build();

    var live = of(entry, plain);
    assertThat(live.current().workload(ip(1))).contains(plain);
    live.apply(MeshUpdate.of(List.of(tunnelled), List.of(), Set.of()));
    assertThat(live.current().workload(ip(1))).contains(tunnelled);
    live.apply(MeshUpdate.of(List.of(), List.of(), Set.of("c//Pod/shop/t")));
    assertThat(live.current().workload(ip(1))).contains(plain);
  }

  @Test
  void what_is_unknown_is_asked_for_and_the_answer_is_in_the_mesh() {
    var live = of();
    var asked = new ArrayList<String>();
    live.askFor(resource -> {
      asked.add(resource);
      live.apply(MeshUpdate.of(List.of(pod(1, 1)), List.of(), Set.of()));
      return CompletableFuture.completedFuture(null);
    });

    assertThat(live.ask("/10.1.0.1", SOON).join().workload(ip(1))).isPresent();
    assertThat(asked).containsExactly("/10.1.0.1");
  }

  @Test
  void who_asks_does_not_wait_longer_than_their_patience() {
    var live = of();
    live.askFor(_ -> new CompletableFuture<>());
    assertThat(live.ask("/10.1.0.1", Duration.ofMillis(20)).join()).isSameAs(live.current());
    assertThat(live.when(_ -> false, Duration.ofMillis(20)).join()).isSameAs(live.current());
  }

  @Test
  void who_waits_for_a_workload_learns_of_it_when_it_comes() {
    var live = of();
    var waiting = live.when(mesh -> mesh.workload("shop", "p1").isPresent(), SOON);
    assertThat(waiting).isNotDone();
    live.apply(MeshUpdate.of(List.of(pod(1, 1)), List.of(), Set.of()));
    assertThat(waiting).isCompletedWithValueMatching(mesh -> mesh.workload(ip(1)).isPresent());
  }

  @Property(tries = 200)
  void any_row_of_changes_ends_in_the_mesh_built_from_what_is_left(
      @ForAll @Size(max = 60) List<@IntRange(min = -20, max = 20) Integer> changes) {
    var live = new LiveMesh(StaticMesh.of("", List.of(), List.of(API), List.of()));
    var left = new HashMap<String, Workload>();
    int address = 0;
    for (int change : changes) {
      Workload pod = pod(Math.abs(change), ++address);
      if (change >= 0) {
        left.put(pod.uid(), pod);
        live.apply(MeshUpdate.of(List.of(pod), List.of(), Set.of()));
      } else {
        left.remove(pod.uid());
        live.apply(MeshUpdate.of(List.of(), List.of(), Set.of(pod.uid())));
      }
    }
    var mesh = live.current();
    assertThat(mesh.workloads())
        .containsExactlyInAnyOrderElementsOf(left.values())
        .hasSize(left.size());
    assertThat(mesh.members(API)).containsExactlyInAnyOrderElementsOf(left.values());
    for (int i = 1; i <= address; i++) {
      InetAddress at = ip(i);
      assertThat(mesh.workload(at))
          .isEqualTo(left.values().stream().filter(pod -> pod.addresses().contains(at)).findAny());
    }
  }

  @Test
  void one_change_among_ten_thousand_workloads_shares_all_the_others() {
    Workload[] all = IntStream.range(0, 10_000).mapToObj(i -> pod(i, i)).toArray(Workload[]::new);
    var live = of(all);
    live.apply(MeshUpdate.of(List.of(pod(77, 20_000)), List.of(), Set.of()));
    assertThat(live.current().workloads()).hasSize(10_000);
    assertThat(live.current().workload(ip(20_000))).isPresent();
    assertThat(live.current().workloadByUid("c//Pod/shop/p1").orElseThrow()).isSameAs(all[1]);
  }
}
