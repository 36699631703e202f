package dev.sluice.runtime.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DrainTest {

  private static final class Part implements Drain.Drainable {
    final List<String> calls = new ArrayList<>();
    final AtomicInteger open;

    Part(int open) {
      this.open = new AtomicInteger(open);
    }

    @Override
    public void stopAccepting() {
      calls.add("stop");
    }

    @Override
    public int open() {
      return open.get() > 1 ? open.getAndDecrement() : open.get();
    }

    @Override
    public void cutAll() {
      calls.add("cut");
    }
  }

  @Test
  void what_is_open_may_finish() throws InterruptedException {
    var part = new Part(0);
    var drain = new Drain(Duration.ofHours(1));
    drain.add(part);

    assertThat(drain.run()).isZero();
    assertThat(part.calls).containsExactly("stop", "cut");
  }

  @Test
  void what_outlives_the_deadline_is_cut() throws InterruptedException {
    var part = new Part(3);
    var drain = new Drain(Duration.ofMillis(200));
    drain.add(part);

    assertThat(drain.run()).isEqualTo(1);
    assertThat(part.calls).containsExactly("stop", "cut");
  }
}
