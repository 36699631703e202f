package dev.sluice.runtime.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// The listening sockets of a process: none takes an address that another has, a successor process
/// may take them over one by one, and when descriptors run out connections are shed.
public final class Listeners {

  private static final long LEAD_SECONDS = 2;

  private final SocketSettings.Ports ports;
  private final Set<ListenerHandler> open = ConcurrentHashMap.newKeySet();
  private final Set<Taken> taken = ConcurrentHashMap.newKeySet();
  private final Descriptors descriptors = new Descriptors();

  Listeners(SocketSettings.Ports ports) {
    this.ports = ports;
  }

  /// An address in one of the places sockets are made; the same in another is another.
  record Taken(Sockets place, InetSocketAddress address) {}

  /// Goes into the pipeline of every listener made from `place`.
  ChannelInitializer<Channel> initializer(Sockets place) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        ListenerHandler handler = new ListenerHandler(Listeners.this, place, channel);
        channel.pipeline().addLast(ListenerHandler.NAME, handler);
        open.add(handler);
        channel.closeFuture().addListener(closed -> open.remove(handler));
      }
    };
  }

  boolean isShared() {
    return ports == SocketSettings.Ports.SHARED;
  }

  Descriptors descriptors() {
    return descriptors;
  }

  /// False when another listener of this process has the address; SO_REUSEPORT would let both in.
  boolean take(Taken address) {
    return taken.add(address);
  }

  void release(Taken address) {
    taken.remove(address);
  }

  /// While `ready`, keeps what is new away from processes that join the listeners: they get it when
  /// this one retires or ends.
  public void leadWhile(BooleanSupplier ready, EventLoopGroup loops) {
    loops.scheduleWithFixedDelay(
        () -> {
          if (ready.getAsBoolean()) {
            open.forEach(ListenerHandler::lead);
          }
        },
        0,
        LEAD_SECONDS,
        TimeUnit.SECONDS);
  }

  /// Closes a listener so that nobody is refused while a successor listens too: what is new goes
  /// there, what is queued here is served here. Completes when it is closed, after a tenth of a
  /// second without new connections, or two seconds.
  public static ChannelFuture retire(Channel listener) {
    if (listener.pipeline().get(ListenerHandler.NAME) instanceof ListenerHandler handler) {
      return handler.retire();
    }
    return listener.close();
  }

  /// Connections that were reset because no file descriptor was left for them.
  public long shed() {
    return descriptors.shed();
  }

  /// Whether descriptors are lacking now.
  public boolean isShedding() {
    return descriptors.isShedding();
  }
}
