package dev.sluice.runtime.hbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HboneBackpressureTest {

  private static final int BLOCK = 64 << 10;
  private static final long STREAM_WINDOW = 4 << 20;
  private static final long WATER_MARK = 1 << 20;

  private final Rig rig = new Rig();

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void a_stalled_reader_holds_up_neither_memory_nor_its_neighbour() throws Exception {
    AtomicLong received = new AtomicLong();
    HboneServer server =
        rig.serve(tunnel -> {
          tunnel.accept(Map.of());
          tunnel.channel().pipeline().addLast(new Count(received));
        });
    Channel stalled = rig.open(rig.target(server.address()));
    Channel stalledPeer = rig.tunnels.element().channel();

    long taken = fill(stalled);

    assertThat(taken)
        .isGreaterThanOrEqualTo(STREAM_WINDOW)
        .isLessThanOrEqualTo(STREAM_WINDOW + WATER_MARK + 2 * BLOCK);
    assertThat(received).hasValue(0);

    AtomicLong neighbour = new AtomicLong();
    Channel busy = rig.open(rig.target(server.address()));
    Channel busyPeer = rig.tunnels.stream().skip(1).findFirst().orElseThrow().channel();
    assertThat(busyPeer.parent()).isSameAs(stalledPeer.parent());
    busyPeer.pipeline().replace(Count.class, "count", new Count(neighbour));
    busyPeer.config().setAutoRead(true);
    long sent = 0;
    while (sent < 64 << 20) {
      sent += fill(busy);
    }
    long all = sent;
    await().until(() -> neighbour.get() == all);

    assertThat(received).hasValue(0);
    stalledPeer.config().setAutoRead(true);
    await().until(() -> received.get() == taken);
  }

  /// Writes until nothing more is taken for a moment; at most 16 MiB.
  private long fill(Channel channel) throws Exception {
    AtomicLong taken = new AtomicLong();
    long before = -1;
    while (before != taken.get() && taken.get() < 16 << 20) {
      before = taken.get();
      Rig.get(channel.eventLoop().submit(() -> write(channel, taken)));
      await()
          .pollDelay(Duration.ofMillis(5))
          .pollInterval(Duration.ofMillis(5))
          .atMost(Duration.ofSeconds(5))
          .until(new Settled(channel)::isSettled);
    }
    return taken.get();
  }

  private static void write(Channel channel, AtomicLong taken) {
    while (channel.isWritable() && taken.get() < 16 << 20) {
      channel.write(channel.alloc().buffer(BLOCK).writeZero(BLOCK));
      taken.addAndGet(BLOCK);
    }
    channel.flush();
  }

  /// Writable again, or not for 200 ms.
  private static final class Settled {
    private final Channel channel;
    private final long since = System.nanoTime();

    Settled(Channel channel) {
      this.channel = channel;
    }

    boolean isSettled() {
      return channel.isWritable() || System.nanoTime() - since > Duration.ofMillis(200).toNanos();
    }
  }

  private static final class Count extends SimpleChannelInboundHandler<ByteBuf> {
    private final AtomicLong bytes;

    Count(AtomicLong bytes) {
      this.bytes = bytes;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
      bytes.addAndGet(message.readableBytes());
    }
  }
}
