package dev.sluice.runtime.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.concurrent.PromiseNotifier;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One listening socket: guards its address, hands it over, sheds what cannot be accepted.
final class ListenerHandler extends ChannelDuplexHandler {

  static final String NAME = "listener";

  private static final long STEP_MILLIS = 20;
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long SHED_PAUSE_MILLIS = 20;

  private final Listeners listeners;
  private final Sockets place;
  private final Channel channel;
  private Listeners.@Nullable Taken address;
  private long retiredAt;
  private long lastNew;
  private volatile boolean retiring;

  ListenerHandler(Listeners listeners, Sockets place, Channel channel) {
    this.listeners = listeners;
    this.place = place;
    this.channel = channel;
  }

  @Override
  public void bind(ChannelHandlerContext context, SocketAddress local, ChannelPromise promise) {
    if (local instanceof InetSocketAddress wanted && wanted.getPort() != 0 && !take(wanted)) {
      promise.setFailure(new BindException("address in use by another listener of this process"));
      return;
    }
    ChannelPromise bound = context.newPromise();
    bound.addListener(done -> {
      if (done.isSuccess() && channel.localAddress() instanceof InetSocketAddress given) {
        take(given);
      }
    });
    bound.addListener(new PromiseNotifier<>(promise));
    context.bind(local, bound);
  }

  /// False when the address is another's.
  private boolean take(InetSocketAddress wanted) {
    // Wildcards do not meet when they are in different network namespaces.
    if (address != null || wanted.getAddress().isAnyLocalAddress()) {
      return true;
    }
    var taken = new Listeners.Taken(place, wanted);
    boolean free = listeners.take(taken);
    if (free) {
      address = taken;
    }
    return free;
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    releaseAddress();
    context.close(promise);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Exception {
    releaseAddress();
    super.channelInactive(context);
  }

  private void releaseAddress() {
    if (address != null) {
      listeners.release(address);
      address = null;
    }
  }

  /// Keeps what is new away from successors.
  void lead() {
    if (!retiring && channel.isActive() && listeners.isShared()) {
      ReuseportGroup.preferOldest(channel);
    }
  }

  ChannelFuture retire() {
    if (!listeners.isShared()) {
      return channel.close();
    }
    channel
        .eventLoop()
        .execute(() -> {
          if (!retiring && channel.isActive()) {
            retiring = true;
            retiredAt = System.nanoTime();
            lastNew = retiredAt;
            releaseAddress();
            step();
          }
        });
    return channel.closeFuture();
  }

  private void step() {
    long now = System.nanoTime();
    if (!channel.isActive() || now - lastNew > QUIET_NANOS || now - retiredAt > MOST_NANOS) {
      channel.close();
      return;
    }
    // Again and again, because the successor may claim to be led by us meanwhile.
    ReuseportGroup.preferSuccessor(channel);
    channel.eventLoop().schedule(this::step, STEP_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    lastNew = System.nanoTime();
    if (message instanceof Channel child && listeners.descriptors().mustShed()) {
      Descriptors.reset(child);
      listeners.descriptors().countShed();
    } else {
      context.fireChannelRead(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    listeners.descriptors().recover();
    context.fireChannelReadComplete();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (!Descriptors.isExhausted(cause)) {
      context.fireExceptionCaught(cause);
      return;
    }
    listeners.descriptors().exhausted();
    // Accepting fails again and again until one is free; the pause leaves the loop to the others.
    channel.config().setAutoRead(false);
    channel
        .eventLoop()
        .schedule(
            () -> channel.config().setAutoRead(true), SHED_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }
}
