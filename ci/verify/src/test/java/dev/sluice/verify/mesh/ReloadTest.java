package dev.sluice.verify.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// New bundles under load: nothing still allowed is dropped, nothing forbidden is kept.
class ReloadTest {

  private static final int KEPT = 4;
  private static final int SWAPS = 6;

  @TempDir Path dir;

  private static String ledgerOnly(String account) {
    return """
    apiVersion: security.istio.io/v1
    kind: AuthorizationPolicy
    metadata: {name: ledger, namespace: pay}
    spec:
      selector: {matchLabels: {app: ledger}}
      rules:
      - from: [{source: {principals: [cluster.local/ns/pay/sa/partner]}}]
      - from: [{source: {principals: [cluster.local/ns/shop/sa/%s]}}]
    ---
    apiVersion: security.istio.io/v1
    kind: AuthorizationPolicy
    metadata: {name: api, namespace: shop}
    spec:
      targetRefs: [{group: "", kind: Service, name: api}]
      rules:
      - from: [{source: {principals: [cluster.local/ns/pay/sa/partner]}}]
      - from: [{source: {principals: [cluster.local/ns/shop/sa/%s]}}]
        to: [{operation: {methods: [GET]}}]
    """
        .formatted(account, account);
  }

  @Test
  @Timeout(180)
  void swaps_under_load_drop_no_allowed_connection_and_keep_no_forbidden_one() throws Exception {
    try (WholeMesh mesh = WholeMesh.start(dir, ledgerOnly("web"));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var stop = new AtomicBoolean();
      var asked = new AtomicInteger();
      List<Future<Integer>> steady = new ArrayList<>();
      for (Pod server : Pod.SERVERS) {
        for (int i = 0; i < KEPT; i++) {
          steady.add(threads.submit(() -> keepAsking(mesh, server, stop, asked)));
        }
      }
      try {
        for (int swap = 0; swap < SWAPS; swap++) {
          boolean even = swap % 2 == 0;
          swap(mesh, even ? Pod.WEB : Pod.OTHER, even ? Pod.OTHER : Pod.WEB);
        }
      } finally {
        stop.set(true);
      }
      for (Future<Integer> worker : steady) {
        assertThat(worker.get()).isPositive();
      }
      assertThat(asked.get()).isGreaterThan(SWAPS * KEPT);
    }
  }

  /// Takes the permission from one client and gives it to the other.
  private static void swap(WholeMesh mesh, Pod loser, Pod winner) throws IOException {
    try (Talk held = mesh.connect(loser, Pod.LEDGER)) {
      assertThat(held.ask("GET", "/", Map.of()).status()).isEqualTo(200);
      mesh.publish(ledgerOnly(winner.account()));
      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> held.ask("GET", "/", Map.of()).status() == 0);
    }
    assertThat(mesh.ask(loser, Pod.LEDGER, "GET", "/", Map.of())).isZero();
    assertThat(mesh.ask(winner, Pod.LEDGER, "GET", "/", Map.of())).isEqualTo(200);
    assertThat(mesh.ask(loser, Pod.API, "GET", "/", Map.of())).isEqualTo(403);
    assertThat(mesh.ask(winner, Pod.API, "GET", "/", Map.of())).isEqualTo(200);
  }

  /// Asks on one connection until told to stop; fails when it is dropped or refused.
  private static int keepAsking(WholeMesh mesh, Pod server, AtomicBoolean stop, AtomicInteger asked)
      throws IOException {
    int count = 0;
    try (Talk talk = mesh.connect(Pod.PARTNER, server)) {
      while (!stop.get()) {
        int status = talk.ask("GET", "/" + count, Map.of()).status();
        if (status != 200) {
          throw new AssertionError(
              server
                  + " answered "
                  + status
                  + " after "
                  + count
                  + " requests on a connection that stays allowed");
        }
        count++;
        asked.incrementAndGet();
      }
    }
    return count;
  }
}
