package dev.sluice.runtime.hbone;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.netty.Sockets;
import dev.sluice.runtime.tls.MeshTls;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Opens tunnels, sharing connections between tunnels to the same target.
///
/// A connection is shared by tunnels of the same local identity, expected identities, address,
/// source address, sockets and event loop. A renewed local certificate is used for new connections.
public final class HbonePool implements AutoCloseable {

  private record Key(
      SpiffeId local,
      Set<SpiffeId> expected,
      InetSocketAddress address,
      @Nullable InetAddress bindSource,
      Sockets sockets) {

    static Key of(HboneTarget target) {
      return new Key(
          target.local().id(),
          target.expected(),
          target.address(),
          target.bindSource(),
          target.sockets());
    }
  }

  private record LocalTls(WorkloadCertificate own, SslContext context) {}

  private final HboneSettings settings;
  private final Function<WorkloadCertificate, SslContext> contexts;
  private final Map<SpiffeId, LocalTls> tls = new ConcurrentHashMap<>();
  private final Map<EventLoop, Map<Key, TargetPool>> loops = new ConcurrentHashMap<>();
  private volatile boolean closed;

  public HbonePool(HboneSettings settings) {
    this(settings, MeshTls::client);
  }

  /// @param contexts makes the TLS context for dialling as the owner of a certificate
  public HbonePool(HboneSettings settings, Function<WorkloadCertificate, SslContext> contexts) {
    this.settings = settings;
    this.contexts = contexts;
  }

  /// Builds the TLS context of `own` ahead of the first tunnel; takes milliseconds.
  public void prepare(WorkloadCertificate own) {
    Objects.requireNonNull(tls(own));
  }

  private SslContext tls(WorkloadCertificate own) {
    LocalTls known = tls.get(own.id());
    if (known != null && known.own.equals(own)) {
      return known.context;
    }
    LocalTls fresh = new LocalTls(own, contexts.apply(own));
    tls.put(own.id(), fresh);
    return fresh.context;
  }

  /// Opens a tunnel whose channel lives on `loop`; fails with a [TunnelException].
  ///
  /// The channel carries `ByteBuf` both ways and reads nothing until `setAutoRead(true)` or
  /// `read()`: add handlers first.
  public Future<Channel> open(HboneTarget target, ConnectHead head, EventLoop loop) {
    Promise<Channel> promise = loop.newPromise();
    Opening opening = new Opening(head, promise);
    if (loop.inEventLoop()) {
      open(target, opening, loop);
    } else {
      loop.execute(() -> open(target, opening, loop));
    }
    return promise;
  }

  /// What is opened inside of a tunnel to a gateway.
  ///
  /// @param expected the identities that whoever is behind the gateway may have; empty admits none
  public record Nested(Set<SpiffeId> expected, ConnectHead head) {
    public Nested {
      expected = Set.copyOf(expected);
    }
  }

  /// Opens a tunnel to a gateway, shared like any other, and inside of it a connection with a
  /// tunnel of its own, which is never shared; the rest is as with the other `open`.
  public Future<Channel> open(HboneTarget gateway, ConnectHead head, Nested inner, EventLoop loop) {
    Promise<Channel> promise = loop.newPromise();
    open(gateway, head, loop)
        .addListener((Future<Channel> outer) -> {
          if (outer.isSuccess()) {
            new NestedTunnel(gateway.address(), inner, settings, new Opening(inner.head(), promise))
                .start(outer.getNow(), tls(gateway.local()));
          } else {
            promise.tryFailure(outer.cause());
          }
        });
    return promise;
  }

  private void open(HboneTarget target, Opening opening, EventLoop loop) {
    // Only its own event loop touches the inner map.
    Map<Key, TargetPool> targets = loops.computeIfAbsent(loop, any -> new HashMap<>());
    if (closed) {
      opening.fail(new TunnelFailure.PoolExhausted(target.address(), "the pool is closed"));
      return;
    }
    Key key = Key.of(target);
    TargetPool pool =
        targets.computeIfAbsent(
            key,
            any -> new TargetPool(target, loop, settings, this::tls, () -> targets.remove(key)));
    pool.renew(target.local());
    pool.open(opening);
  }

  /// Opens no further tunnels on the connections to these addresses; those that are open go on.
  public void forget(Set<InetAddress> addresses) {
    Set<InetAddress> gone = Set.copyOf(addresses);
    loops.forEach((loop, targets) -> {
      if (!loop.isShuttingDown()) {
        loop.execute(() ->
            targets.values().stream()
                .filter(pool -> gone.contains(pool.address().getAddress()))
                .toList()
                .forEach(TargetPool::retire));
      }
    });
  }

  /// The headers of the 200 that opened `tunnel`, names in lower case.
  public static List<Map.Entry<String, String>> responseHeaders(Channel tunnel) {
    List<Map.Entry<String, String>> headers = tunnel.attr(ClientTunnel.RESPONSE).get();
    return headers == null ? List.of() : headers;
  }

  /// Closes every connection that was made from `sockets`; tunnels on them are reset.
  public void release(Sockets sockets) {
    loops.forEach((loop, targets) -> {
      if (!loop.isShuttingDown()) {
        loop.execute(() ->
            List.copyOf(targets.entrySet()).stream()
                .filter(each -> each.getKey().sockets().equals(sockets))
                .forEach(each -> each.getValue().close()));
      }
    });
  }

  /// Closes every connection; tunnels on them are reset.
  @Override
  public void close() {
    closed = true;
    loops.forEach((loop, targets) -> {
      if (!loop.isShuttingDown()) {
        loop.execute(() -> List.copyOf(targets.values()).forEach(TargetPool::close));
      }
    });
  }
}
