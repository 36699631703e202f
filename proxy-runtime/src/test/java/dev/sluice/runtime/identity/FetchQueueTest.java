package dev.sluice.runtime.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.identity.FetchQueue.Urgency;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FetchQueueTest {

  private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

  private final FetchQueue queue = new FetchQueue();

  private static SpiffeId id(String account) {
    return SpiffeId.of("cluster.local", "shop", account);
  }

  @Test
  void what_a_connection_waits_for_goes_before_warming_up_and_that_before_renewing() {
    queue.put(id("old"), Urgency.RENEWAL, NOW.minusSeconds(9));
    queue.put(id("new"), Urgency.WARM_UP, NOW);
    queue.put(id("wanted"), Urgency.CONNECTION, NOW);

    assertThat(queue.poll(NOW)).contains(id("wanted"));
    assertThat(queue.poll(NOW)).contains(id("new"));
    assertThat(queue.poll(NOW)).contains(id("old"));
    assertThat(queue.poll(NOW)).isEmpty();
  }

  @Test
  void nothing_comes_before_its_time_however_urgent() {
    queue.put(id("failed"), Urgency.WARM_UP, NOW.plusSeconds(5));
    queue.raise(id("failed"), Urgency.CONNECTION);

    assertThat(queue.poll(NOW)).isEmpty();
    assertThat(queue.nextDue()).contains(NOW.plusSeconds(5));
    assertThat(queue.poll(NOW.plusSeconds(5))).contains(id("failed"));
  }

  @Test
  void an_identity_waits_once_however_often_it_is_asked_for() {
    for (int i = 0; i < 10; i++) {
      queue.put(id("web"), Urgency.WARM_UP, NOW.plusSeconds(i));
      queue.raise(id("web"), Urgency.CONNECTION);
    }

    assertThat(queue.poll(NOW.plusSeconds(60))).contains(id("web"));
    assertThat(queue.poll(NOW.plusSeconds(60))).isEmpty();
  }

  @Test
  void hastening_brings_a_renewal_forward_and_never_puts_it_off() {
    queue.put(id("web"), Urgency.RENEWAL, NOW.plusSeconds(100));
    queue.hasten(id("web"), NOW.plusSeconds(200));
    assertThat(queue.due(id("web"))).contains(NOW.plusSeconds(100));

    queue.hasten(id("web"), NOW.plusSeconds(5));
    assertThat(queue.due(id("web"))).contains(NOW.plusSeconds(5));
  }

  @Test
  void what_was_removed_does_not_come() {
    queue.put(id("web"), Urgency.WARM_UP, NOW);
    queue.put(id("api"), Urgency.WARM_UP, NOW);
    assertThat(queue.poll(NOW)).contains(id("api"));
    queue.remove(id("web"));

    assertThat(queue.poll(NOW)).isEmpty();
    assertThat(queue.due(id("web"))).isEmpty();
  }
}
