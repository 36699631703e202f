package dev.sluice.runtime.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListenersTest {

  private static final byte OLD = 'o';
  private static final byte NEW = 'n';

  private final Transport old = Transport.start(1);
  private final Transport successor = Transport.start(1);

  @AfterEach
  void stop() {
    old.close();
    successor.close();
  }

  /// A listener that answers every connection with one byte and closes it.
  private static Channel listen(Transport transport, InetSocketAddress address, byte answer) {
    return transport
        .bootstrapServer()
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel
                    .writeAndFlush(Unpooled.wrappedBuffer(new byte[] {answer}))
                    .addListener(ChannelFutureListener.CLOSE);
              }
            })
        .bind(address)
        .syncUninterruptibly()
        .channel();
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static InetSocketAddress addressOf(Channel listener) {
    return (InetSocketAddress) listener.localAddress();
  }

  private static int ask(InetSocketAddress address) throws IOException {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      return socket.getInputStream().read();
    }
  }

  @Test
  void nobody_is_refused_while_a_successor_takes_over_under_a_storm_of_connections()
      throws Exception {
    Channel retiring = listen(old, anyPort(), OLD);
    InetSocketAddress address = addressOf(retiring);
    old.listeners().leadWhile(() -> true, old.loops());
    AtomicInteger byOld = new AtomicInteger();
    AtomicInteger byNew = new AtomicInteger();
    List<IOException> refused = new ArrayList<>();
    List<Thread> storm = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      storm.add(
          Thread.ofVirtual()
              .start(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                  try {
                    (ask(address) == OLD ? byOld : byNew).incrementAndGet();
                  } catch (IOException e) {
                    if (!Thread.currentThread().isInterrupted()) {
                      synchronized (refused) {
                        refused.add(e);
                      }
                    }
                  }
                }
              }));
    }
    await().until(() -> byOld.get() > 200);

    listen(successor, address, NEW);
    Listeners.retire(retiring).await();
    int servedByNew = byNew.get();
    await().until(() -> byNew.get() > servedByNew + 200 || !refused.isEmpty());
    storm.forEach(Thread::interrupt);
    for (Thread thread : storm) {
      thread.join();
    }

    assertThat(refused).isEmpty();
  }

  @Test
  void a_successor_gets_nothing_before_the_one_that_leads_retires() throws Exception {
    Channel leading = listen(old, anyPort(), OLD);
    InetSocketAddress address = addressOf(leading);
    old.listeners().leadWhile(() -> true, old.loops());
    await().until(() -> ask(address) == OLD);
    listen(successor, address, NEW);

    for (int i = 0; i < 200; i++) {
      assertThat(ask(address)).isEqualTo(OLD);
    }
    Listeners.retire(leading).await();

    assertThat(ask(address)).isEqualTo(NEW);
  }

  @Test
  void a_listener_without_successor_is_gone_once_it_retired() throws Exception {
    Channel alone = listen(old, anyPort(), OLD);
    InetSocketAddress address = addressOf(alone);

    Listeners.retire(alone).await();

    assertThatThrownBy(() -> ask(address)).isInstanceOf(ConnectException.class);
  }

  @Test
  void two_listeners_of_one_process_do_not_share_an_address() throws Exception {
    Channel first = listen(old, anyPort(), OLD);
    InetSocketAddress address = addressOf(first);
    first.close().sync();
    Channel again = listen(old, address, OLD);

    assertThatThrownBy(() -> listen(old, address, NEW)).isInstanceOf(BindException.class);

    again.close().sync();
    listen(old, address, NEW);
    assertThat(ask(address)).isEqualTo(NEW);
  }

  @Test
  void exclusive_ports_are_not_shared_with_other_processes() {
    SocketSettings exclusive =
        new SocketSettings(SocketSettings.Ports.EXCLUSIVE, Optional.empty(), Optional.empty());
    try (Transport alone = Transport.start(1, exclusive)) {
      Channel listener = listen(alone, anyPort(), OLD);

      assertThatThrownBy(() -> listen(old, addressOf(listener), NEW))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("in use");
    }
  }
}
