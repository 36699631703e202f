package dev.sluice.runtime.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.runtime.netty.HalfClose;
import dev.sluice.runtime.netty.HeldInput;
import dev.sluice.runtime.netty.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RelayTest {

  private static final int SIZE = 24 << 20;

  private final Transport transport = Transport.start(1);
  private final BlockingQueue<Relay> relays = new LinkedBlockingQueue<>();
  private final Queue<RelayEnd> ends = new ConcurrentLinkedQueue<>();
  private ServerSocket app = new Sockets().listener();
  private Socket client = new Socket();
  private Socket served = new Socket();

  /// Opens the application's listener where no checked exception may pass.
  private static final class Sockets {
    ServerSocket listener() {
      try {
        return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  @BeforeEach
  void connect() throws Exception {
    Channel listener =
        transport
            .bootstrapServer()
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    HeldInput.hold(channel);
                    dial(channel);
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    InetSocketAddress address = (InetSocketAddress) listener.localAddress();
    client = new Socket(address.getAddress(), address.getPort());
    client.setSoTimeout(20_000);
    served = app.accept();
    served.setSoTimeout(20_000);
  }

  private void dial(Channel accepted) {
    Transport.bootstrapClient(accepted.eventLoop())
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                HeldInput.hold(channel);
              }
            })
        .connect(app.getLocalSocketAddress())
        .addListener(
            (ChannelFutureListener)
                dialled -> relays.add(Relay.join(accepted, dialled.channel(), ends::add)));
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    served.close();
    app.close();
    transport.close();
  }

  @Test
  void what_waits_behind_a_stalled_reader_arrives_after_the_sender_has_ended() throws Exception {
    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(() -> {
          try {
            client.getOutputStream().write(new byte[SIZE]);
            client.shutdownOutput();
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        });
    // Long enough to fill every buffer on the way; the sender is stuck.
    await().during(Duration.ofMillis(300)).until(() -> ends.isEmpty() && !sending.isDone());

    assertThat(served.getInputStream().readAllBytes()).hasSize(SIZE);
    served.getOutputStream().write(new byte[SIZE / 4]);
    served.close();
    assertThat(client.getInputStream().readAllBytes()).hasSize(SIZE / 4);
    await().until(() -> !ends.isEmpty());
    assertThat(ends).containsExactly(new RelayEnd(SIZE, SIZE / 4, new RelayEnd.Cause.Finished()));
  }

  @Test
  void a_small_rest_and_the_end_survive_a_pause() throws Exception {
    fillUntilPaused();
    client.getOutputStream().write(7);
    client.shutdownOutput();
    await().during(Duration.ofMillis(200)).until(ends::isEmpty);

    byte[] all = served.getInputStream().readAllBytes();

    assertThat(all[all.length - 1]).isEqualTo((byte) 7);
  }

  private void fillUntilPaused() throws Exception {
    Relay relay = relay();
    byte[] block = new byte[1 << 20];
    // 1 MiB beyond the water mark and what the kernel takes for the application.
    for (int i = 0; i < 6; i++) {
      client.getOutputStream().write(block);
    }
    await().until(() -> relay.bytesFromA() > 1 << 20);
  }

  @Test
  void a_cut_resets_both_sides_and_says_why() throws Exception {
    relay().cut("connection closed due to policy change");

    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
    assertThatThrownBy(() -> served.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
    await().until(() -> !ends.isEmpty());
    assertThat(ends)
        .containsExactly(
            new RelayEnd(0, 0, new RelayEnd.Cause.Cut("connection closed due to policy change")));
  }

  @Test
  void a_reset_is_passed_on_and_reported_once() throws Exception {
    relay();
    client.setSoLinger(true, 0);
    client.close();

    assertThatThrownBy(() -> served.getInputStream().read())
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
    await().until(() -> !ends.isEmpty());
    await().during(Duration.ofMillis(100)).until(() -> ends.size() == 1);
    assertThat(ends.element().cause())
        .isInstanceOfSatisfying(
            RelayEnd.Cause.Failed.class,
            failed -> assertThat(failed.side()).isEqualTo(RelayEnd.Side.A));
  }

  @Test
  void channels_of_different_event_loops_are_not_joined() {
    assertThatThrownBy(() -> Relay.join(new EmbeddedChannel(), new EmbeddedChannel(), ends::add))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void half_closing_a_closed_channel_fails_quietly() throws Exception {
    EmbeddedChannel closed = new EmbeddedChannel();
    closed.close().sync();

    HalfClose.reset(closed);

    assertThat(HalfClose.shutdownOutput(closed).isSuccess()).isFalse();
  }

  private Relay relay() throws InterruptedException {
    Relay relay = relays.poll(10, TimeUnit.SECONDS);
    if (relay == null) {
      throw new IllegalStateException("no relay");
    }
    return relay;
  }
}
