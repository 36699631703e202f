package dev.sluice.ztunnel.capture;

import dev.sluice.runtime.hbone.HboneServer;
import dev.sluice.runtime.netty.HalfClose;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.ztunnel.workload.PodCapture;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The three listeners of one pod, and what came through them.
final class PodListeners implements PodCapture.Listeners {

  /// What takes the accepted sockets.
  record Opening(Transport transport, Consumer<Channel> outbound, Consumer<Channel> inbound) {}

  private final PodSockets sockets;
  private final Runnable whenClosed;
  private final ChannelGroup accepted =
      new DefaultChannelGroup("captured", GlobalEventExecutor.INSTANCE, true);
  private final List<Channel> listeners = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private @Nullable HboneServer hbone;
  private PodCapture.@Nullable Listeners beside;

  PodListeners(PodSockets sockets, Runnable whenClosed) {
    this.sockets = sockets;
    this.whenClosed = whenClosed;
  }

  /// Opens all three; returns why one cannot be, empty when all listen.
  String open(Opening opening, InPodCapture.Parts parts, String workload) {
    String problem = listen(opening.transport(), InPodCapture.OUTBOUND_PORT, opening.outbound());
    if (problem.isEmpty()) {
      problem = listen(opening.transport(), InPodCapture.INBOUND_PORT, opening.inbound());
    }
    if (!problem.isEmpty()) {
      return problem;
    }
    InetSocketAddress address = sockets.any(parts.hbonePort());
    return switch (parts.hbone().listen(opening.transport(), workload, address)) {
      case HboneServer.Bound.Listening(var server) -> {
        hbone = server;
        yield parts.beside().map(service -> open(service, workload)).orElse("");
      }
      case HboneServer.Bound.Failed(var _, var reason) -> cannot(parts.hbonePort(), reason);
    };
  }

  private String open(PodService service, String workload) {
    return switch (service.open(workload, sockets)) {
      case PodService.Opened.Listening(var opened) -> {
        beside = opened;
        yield "";
      }
      case PodService.Opened.Failed(var reason) -> reason;
    };
  }

  private String listen(Transport transport, int port, Consumer<Channel> taker) {
    ChannelFuture bound =
        transport
            .bootstrapServer()
            .childHandler(
                new Accepting(channel -> {
                  accepted.add(channel);
                  taker.accept(channel);
                }))
            .bind(sockets.any(port))
            .awaitUninterruptibly();
    Throwable cause = bound.cause();
    if (cause != null) {
      return cannot(port, String.valueOf(cause.getMessage()));
    }
    listeners.add(bound.channel());
    return "";
  }

  private static String cannot(int port, String reason) {
    return "cannot listen on port " + port + " in the pod: " + reason;
  }

  PodSockets sockets() {
    return sockets;
  }

  InetSocketAddress outbound() {
    return (InetSocketAddress) listeners.getFirst().localAddress();
  }

  InetSocketAddress inbound() {
    return (InetSocketAddress) listeners.getLast().localAddress();
  }

  @Override
  public void drain() {
    listeners.forEach(Channel::close);
    if (hbone != null) {
      hbone.drain();
    }
    if (beside != null) {
      beside.drain();
    }
  }

  /// Takes back what was opened before something failed.
  void abandon() {
    listeners.forEach(Channel::close);
    if (beside != null) {
      beside.close();
    }
    accepted.forEach(HalfClose::reset);
    // What is accepted from now on is closed as it joins.
    accepted.close();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      abandon();
      if (hbone != null) {
        hbone.close();
      }
      whenClosed.run();
    }
  }
}
