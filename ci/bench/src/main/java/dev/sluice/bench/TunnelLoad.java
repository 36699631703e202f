package dev.sluice.bench;

import dev.sluice.controlplane.ca.CertificateAuthority;
import dev.sluice.controlplane.ca.WorkloadFiles;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.hbone.ConnectHead;
import dev.sluice.runtime.hbone.HbonePool;
import dev.sluice.runtime.hbone.HboneServer;
import dev.sluice.runtime.hbone.HboneSettings;
import dev.sluice.runtime.hbone.HboneTarget;
import dev.sluice.runtime.hbone.IncomingTunnel;
import dev.sluice.runtime.identity.CertificateDirectory;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.runtime.tls.MeshTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// A load run of the tunnel in one JVM: client → mutual TLS → HBONE server → sink, over loopback.
///
/// Prints MB/s through 1 and 16 tunnels of one connection per event loop, tunnels/s on pooled
/// connections, and connections/s with a full handshake each. Client and server share the cores.
///
/// Arguments: seconds per figure (default 5), event loops per side (default 1).
public final class TunnelLoad implements AutoCloseable {

  private static final int BLOCK = 64 << 10;
  private static final int AT_ONCE = 32;

  private final ByteBuf block = Unpooled.directBuffer(BLOCK).writeZero(BLOCK);
  private final LongAdder received = new LongAdder();
  private final Transport clients;
  private final Transport servers;
  private final HbonePool pool = new HbonePool(HboneSettings.defaults());
  private final HboneServer server;
  private final WorkloadCertificate web;
  private final WorkloadCertificate api;

  private TunnelLoad(int loops) throws IOException {
    clients = Transport.start(loops);
    servers = Transport.start(loops);
    Path folder = Files.createTempDirectory("tunnel-load");
    web = certificate(folder, "web");
    api = certificate(folder, "api");
    var tls = MeshTls.server(api, Set.of(api.id().trustDomain()));
    server =
        switch (HboneServer.bind(
            servers,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            () -> tls,
            this::sink,
            HboneSettings.defaults())) {
          case HboneServer.Bound.Listening(HboneServer bound) -> bound;
          case HboneServer.Bound.Failed failed -> throw new IOException(failed.reason());
        };
    pool.prepare(web);
  }

  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    int loops = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
    try (TunnelLoad load = new TunnelLoad(loops)) {
      load.bytes(16, 3);
      System.out.printf("1 tunnel       %8.0f MB/s%n", load.bytes(1, seconds));
      System.out.printf("16 tunnels     %8.0f MB/s%n", load.bytes(16, seconds));
      load.rate(2, false);
      System.out.printf("tunnels        %8.0f /s (pooled connection)%n", load.rate(seconds, false));
      System.out.printf("connections    %8.0f /s (full handshake)%n", load.rate(seconds, true));
    }
  }

  private static WorkloadCertificate certificate(Path folder, String name) throws IOException {
    TrustDomain domain = new TrustDomain("cluster.local");
    SpiffeId id = new SpiffeId(domain, "bench", name);
    Path files = folder.resolve("workloads");
    if (CertificateAuthority.open(folder.resolve("ca"), domain, InstantSource.system())
            instanceof CertificateAuthority.Opened.Ready(CertificateAuthority authority)
        && new WorkloadFiles(files).enrol(authority, id, Duration.ofHours(1))
            instanceof WorkloadFiles.Enrolled.Written
        && new CertificateDirectory(files).load("bench", name)
            instanceof CertificateDirectory.Loaded.Ready(WorkloadCertificate certificate)) {
      return certificate;
    }
    throw new IOException("cannot issue a certificate in `" + folder + "`");
  }

  private void sink(IncomingTunnel tunnel) {
    tunnel.accept(Map.of());
    tunnel
        .channel()
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext context, Object message) {
                ByteBuf bytes = (ByteBuf) message;
                received.add(bytes.readableBytes());
                bytes.release();
              }

              @Override
              public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                context.close();
              }
            });
    tunnel.channel().config().setAutoRead(true);
  }

  private HboneTarget target(@Nullable InetAddress source) {
    return new HboneTarget(server.address(), Set.of(api.id()), source, web);
  }

  /// MB/s that arrive through `tunnels` tunnels.
  private double bytes(int tunnels, int seconds) throws Exception {
    Channel[] open = new Channel[tunnels];
    for (int i = 0; i < tunnels; i++) {
      open[i] =
          pool.open(target(null), ConnectHead.of("10.0.0.1:80"), clients.loops().next())
              .sync()
              .getNow();
      Channel channel = open[i];
      channel.pipeline().addLast(new Source());
      channel.eventLoop().execute(() -> pump(channel));
    }
    Thread.sleep(500);
    long before = received.sum();
    long start = System.nanoTime();
    Thread.sleep(seconds * 1000L);
    double rate = (received.sum() - before) / 1e6 / ((System.nanoTime() - start) / 1e9);
    for (Channel channel : open) {
      channel.close().sync();
    }
    return rate;
  }

  private void pump(Channel channel) {
    boolean open = channel.isActive();
    while (open && channel.isWritable()) {
      ChannelFuture written = channel.write(block.retainedDuplicate());
      // A tunnel that is being closed fails every write at once, and stays writable.
      open = !written.isDone() || written.isSuccess();
    }
    channel.flush();
  }

  private final class Source extends ChannelInboundHandlerAdapter {
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      pump(context.channel());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  /// Tunnels opened and closed per second, 32 at once; with `fresh`, each on its own connection.
  private double rate(int seconds, boolean fresh) throws Exception {
    Semaphore room = new Semaphore(AT_ONCE);
    LongAdder done = new LongAdder();
    AtomicInteger source = new AtomicInteger();
    long start = System.nanoTime();
    long end = start + seconds * 1_000_000_000L;
    while (System.nanoTime() < end) {
      room.acquire();
      HboneTarget target = target(fresh ? address(source.incrementAndGet()) : null);
      pool.open(target, ConnectHead.of("10.0.0.1:80"), clients.loops().next())
          .addListener((Future<Channel> opened) -> {
            if (opened.isSuccess()) {
              done.increment();
              Channel tunnel = opened.getNow();
              tunnel.close();
              if (fresh) {
                tunnel.parent().close();
              }
            } else {
              System.err.println(opened.cause().getMessage());
            }
            room.release();
          });
    }
    room.acquire(AT_ONCE);
    return done.sum() / ((System.nanoTime() - start) / 1e9);
  }

  /// A loopback address of its own per connection: the pool shares connections of one source.
  private static InetAddress address(int number) {
    try {
      return InetAddress.getByAddress(
          new byte[] {127, 1, (byte) (number / 250 % 250), (byte) (1 + number % 250)});
    } catch (IOException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  @Override
  public void close() {
    pool.close();
    server.close();
    clients.close();
    servers.close();
    block.release();
  }
}
