package dev.sluice.runtime.hbone;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.tls.PeerIdentity;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// The connections to one target on one event loop, and those who wait for one.
///
/// One connection is made at a time; everybody waiting shares it, and its failure.
final class TargetPool implements ConnectionOwner {

  private final HboneTarget target;
  private final EventLoop loop;
  private final HboneSettings settings;
  private final Function<WorkloadCertificate, SslContext> tls;
  private final Runnable whenEmpty;
  private final List<ClientConnection> connections = new ArrayList<>();
  private final Deque<Opening> waiters = new ArrayDeque<>();
  private WorkloadCertificate local;
  private int streamLimit;
  private boolean connecting;

  TargetPool(
      HboneTarget target,
      EventLoop loop,
      HboneSettings settings,
      Function<WorkloadCertificate, SslContext> tls,
      Runnable whenEmpty) {
    this.target = target;
    this.local = target.local();
    this.streamLimit = settings.pool().streamsPerConnection();
    this.loop = loop;
    this.settings = settings;
    this.tls = tls;
    this.whenEmpty = whenEmpty;
  }

  @Override
  public InetSocketAddress address() {
    return target.address();
  }

  @Override
  public HboneSettings settings() {
    return settings;
  }

  /// How many streams a new connection may have before the peer's SETTINGS arrive: as many as its
  /// last connection allowed.
  @Override
  public int streamLimit() {
    return streamLimit;
  }

  /// Learns the limit in the peer's SETTINGS and gives the one that counts.
  @Override
  public int limitStreams(long ofPeer) {
    int limit = (int) Math.min(settings.pool().streamsPerConnection(), ofPeer);
    streamLimit = Math.max(1, limit);
    return limit;
  }

  /// The certificate further connections are made with; that of a newer target may be renewed.
  void renew(WorkloadCertificate newest) {
    local = newest;
  }

  @Override
  public void open(Opening opening) {
    if (waiters.size() >= settings.pool().waitersPerTarget()) {
      opening.fail(exhausted("too many tunnels wait for a connection"));
      return;
    }
    waiters.add(opening);
    serveWaiters();
    if (waiters.contains(opening)) {
      HboneSettings.Timeouts times = settings.timeouts();
      loop.schedule(
          () -> giveUp(opening),
          times.connect().plus(times.handshake()).toNanos(),
          TimeUnit.NANOSECONDS);
    }
  }

  private void giveUp(Opening opening) {
    if (waiters.remove(opening)) {
      opening.fail(exhausted("no connection became free"));
    }
  }

  /// Gives waiting tunnels to connections with room, and connects when there is none.
  @Override
  public void serveWaiters() {
    for (ClientConnection connection : List.copyOf(connections)) {
      while (!waiters.isEmpty() && connection.isAvailable()) {
        Opening next = waiters.remove();
        if (!next.isDone()) {
          connection.open(next);
        }
      }
    }
    waiters.removeIf(Opening::isDone);
    if (!waiters.isEmpty() && !connecting && live() < settings.pool().connectionsPerTarget()) {
      connect();
    }
  }

  private long live() {
    return connections.stream().filter(connection -> !connection.isRetired()).count();
  }

  @Override
  public void gone(ClientConnection connection) {
    connections.remove(connection);
    serveWaiters();
    reportEmpty();
  }

  private void reportEmpty() {
    if (connections.isEmpty() && waiters.isEmpty() && !connecting) {
      whenEmpty.run();
    }
  }

  /// Takes no further tunnels on the connections there are.
  void retire() {
    List.copyOf(connections).forEach(ClientConnection::retire);
  }

  void close() {
    failWaiters(exhausted("the pool is closed"));
    List.copyOf(connections).forEach(ClientConnection::close);
  }

  private void connect() {
    connecting = true;
    Bootstrap bootstrap =
        Transport.bootstrapClient(loop, target.sockets(), target.address().getAddress())
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(settings.timeouts().connect().toMillis()))
            // Tunnels half-close, the connection that carries them does not.
            .option(ChannelOption.ALLOW_HALF_CLOSURE, false)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    SslHandler handler = tls.apply(local).newHandler(channel.alloc());
                    handler.setHandshakeTimeoutMillis(settings.timeouts().handshake().toMillis());
                    channel.pipeline().addLast("tls", handler);
                    channel.pipeline().addLast("handshake", new ClientHandshake());
                  }
                });
    if (target.bindSource() != null) {
      bootstrap.localAddress(new InetSocketAddress(target.bindSource(), 0));
    }
    bootstrap
        .connect(target.address())
        .addListener(
            (ChannelFutureListener)
                connected -> {
                  // Without a socket the future does not complete on the loop.
                  if (!connected.isSuccess()) {
                    loop.execute(() -> connectFailed(connected));
                  }
                });
  }

  private void connectFailed(ChannelFuture connected) {
    failed(
        connected.cause() instanceof ConnectTimeoutException
            ? new TunnelFailure.ConnectTimedOut(target.address())
            : new TunnelFailure.ConnectFailed(
                target.address(), String.valueOf(connected.cause().getMessage())));
  }

  /// Everybody who waits for the connection shares its failure.
  private void failed(TunnelFailure failure) {
    connecting = false;
    failWaiters(failure);
    reportEmpty();
  }

  private void failWaiters(TunnelFailure failure) {
    List<Opening> failing = List.copyOf(waiters);
    waiters.clear();
    failing.forEach(opening -> opening.fail(failure));
  }

  private TunnelFailure exhausted(String reason) {
    return new TunnelFailure.PoolExhausted(target.address(), reason);
  }

  private final class ClientHandshake extends Handshake {

    @Override
    void succeeded(ChannelHandlerContext context) {
      List<SpiffeId> found = PeerIdentity.names(context.channel());
      if (found.stream().noneMatch(target.expected()::contains)) {
        TargetPool.this.failed(new TunnelFailure.WrongIdentity(found, target.expected()));
        context.close();
        return;
      }
      Http2FrameCodec codec = Http2Codecs.client(settings.http2());
      ClientConnection connection = new ClientConnection(TargetPool.this, context.channel());
      ChannelPipeline pipeline = context.pipeline();
      Http2Codecs.install(pipeline, codec, settings.http2());
      // Peers may not open streams towards us.
      pipeline.addLast("streams", new Http2MultiplexHandler(new RefuseStreams()));
      pipeline.addLast("connection", connection);
      pipeline.flush();
      connecting = false;
      connections.add(connection);
      serveWaiters();
    }

    @Override
    void failed(ChannelHandlerContext context, String reason) {
      TargetPool.this.failed(new TunnelFailure.HandshakeFailed(target.address(), reason));
    }
  }

  private static final class RefuseStreams extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel stream) {
      stream.close();
    }
  }
}
