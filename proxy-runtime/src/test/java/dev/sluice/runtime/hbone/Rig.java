package dev.sluice.runtime.hbone;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.identity.TestAuthority;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.netty.HalfClose;
import dev.sluice.runtime.netty.HeldInput;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.relay.Relay;
import dev.sluice.runtime.relay.RelayEnd;
import dev.sluice.runtime.tls.MeshTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A client, an HBONE server and an application, each as a mesh has them, over loopback sockets.
final class Rig implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(20);

  final TestAuthority authority = new TestAuthority("cluster.local");
  final WorkloadCertificate web = authority.certificate("shop", "web");
  final WorkloadCertificate api = authority.certificate("shop", "api");
  final SpiffeId apiId = authority.id("shop", "api");
  final Transport transport = Transport.start(2);
  final EventLoop loop = transport.loops().next();
  final Queue<RelayEnd> ends = new ConcurrentLinkedQueue<>();
  final Queue<IncomingTunnel> tunnels = new ConcurrentLinkedQueue<>();
  final HbonePool pool;
  private final HboneSettings settings;

  Rig() {
    this(HboneSettings.defaults());
  }

  Rig(HboneSettings settings) {
    this.settings = settings;
    this.pool = new HbonePool(settings);
  }

  /// Serves as `api`.
  HboneServer serve(TunnelAcceptor acceptor) {
    return serve(settings, acceptor);
  }

  HboneServer serve(HboneSettings own, TunnelAcceptor acceptor) {
    var context = MeshTls.server(api, Set.of(authority.trustDomain()));
    TunnelAcceptor recording =
        tunnel -> {
          tunnels.add(tunnel);
          acceptor.accept(tunnel);
        };
    HboneServer.Bound bound =
        HboneServer.bind(transport, loopback(), () -> context, recording, own);
    return ((HboneServer.Bound.Listening) bound).server();
  }

  /// Serves as `own` at `address`, once it is free.
  Optional<HboneServer> serveAs(
      WorkloadCertificate own, InetSocketAddress address, TunnelAcceptor acceptor) {
    var context = MeshTls.server(own, Set.of(authority.trustDomain()));
    return switch (HboneServer.bind(transport, address, () -> context, acceptor, settings)) {
      case HboneServer.Bound.Listening(HboneServer server) -> Optional.of(server);
      case HboneServer.Bound.Failed _ -> Optional.empty();
    };
  }

  /// Accepts every tunnel and relays it to `app`.
  TunnelAcceptor relayTo(InetSocketAddress app) {
    return tunnel ->
        Transport.bootstrapClient(tunnel.channel().eventLoop())
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    HeldInput.hold(channel);
                  }
                })
            .connect(app)
            .addListener(
                (ChannelFutureListener)
                    dialled -> {
                      if (dialled.isSuccess()) {
                        tunnel.accept(Map.of("baggage", "k8s.namespace.name=shop"));
                        Relay.join(tunnel.channel(), dialled.channel(), ends::add);
                      } else {
                        tunnel.refuse(503, "CONNECT");
                      }
                    });
  }

  HboneTarget target(InetSocketAddress address) {
    return target(address, null);
  }

  HboneTarget target(InetSocketAddress address, @Nullable InetAddress source) {
    return new HboneTarget(address, Set.of(apiId), source, web);
  }

  Future<Channel> start(HboneTarget target) {
    return pool.open(target, ConnectHead.of("10.0.0.1:8080"), loop);
  }

  Channel open(HboneTarget target) throws InterruptedException {
    Future<Channel> opening = start(target).await();
    if (!opening.isSuccess()) {
      throw new IllegalStateException(opening.cause());
    }
    return opening.getNow();
  }

  TunnelFailure failure(HboneTarget target) throws InterruptedException {
    Future<Channel> opening = start(target);
    if (!opening.await(PATIENCE.toSeconds(), TimeUnit.SECONDS) || opening.isSuccess()) {
      throw new IllegalStateException("opened");
    }
    return ((TunnelException) opening.cause()).failure();
  }

  /// A plain TCP listener whose connections go through a tunnel each.
  InetSocketAddress capture(HboneTarget target) {
    ChannelFuture bound =
        transport
            .bootstrapServer()
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel client) {
                    HeldInput.hold(client);
                    forward(client, target);
                  }
                })
            .bind(loopback())
            .syncUninterruptibly();
    return (InetSocketAddress) bound.channel().localAddress();
  }

  private void forward(Channel client, HboneTarget target) {
    pool.open(target, ConnectHead.of("10.0.0.1:8080"), client.eventLoop())
        .addListener((Future<Channel> opened) -> {
          if (opened.isSuccess()) {
            Relay.join(client, opened.getNow(), ends::add);
          } else {
            HalfClose.reset(client);
          }
        });
  }

  Socket connect(InetSocketAddress address) throws Exception {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
    return socket;
  }

  static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  static <T> T get(java.util.concurrent.Future<T> future)
      throws InterruptedException, ExecutionException, java.util.concurrent.TimeoutException {
    return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    pool.close();
    transport.close();
  }
}
