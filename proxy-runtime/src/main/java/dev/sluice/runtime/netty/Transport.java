package dev.sluice.runtime.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.handler.ssl.OpenSsl;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The epoll event loops of a process and bootstraps with the socket options every listener and
/// dial shares.
///
/// There is no fallback to the portable transport: [#require()] says at start-up what is missing.
public final class Transport implements AutoCloseable {

  /// Bytes buffered towards a slow socket before its producer pauses, and below which it resumes.
  public static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(64 * 1024, 256 * 1024);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final int BACKLOG = 1024;
  private static final String HELP =
      "run on Linux x86_64 or aarch64 with glibc, with --enable-native-access=ALL-UNNAMED and a"
          + " writable, executable temporary directory";

  private final EventLoopGroup loops;
  private final Sockets sockets;
  private final SocketSettings settings;
  private final Listeners listeners;

  private Transport(
      EventLoopGroup loops, Sockets sockets, SocketSettings settings, Listeners listeners) {
    this.loops = loops;
    this.sockets = sockets;
    this.settings = settings;
    this.listeners = listeners;
  }

  /// Whether this process can run: the native transport and BoringSSL are there, or what is
  /// missing.
  public sealed interface Requirement {

    /// Both libraries are loaded; `tls` names the TLS library and its version.
    record Met(String tls) implements Requirement {}

    /// A library cannot be loaded; `help` names the likely cause.
    record Missing(String library, String reason, String help) implements Requirement {}
  }

  /// Loads the native libraries; call before anything is bound.
  public static Requirement require() {
    if (!Epoll.isAvailable()) {
      return missing("netty-transport-native-epoll", Epoll.unavailabilityCause());
    }
    if (!OpenSsl.isAvailable()) {
      return missing("netty-tcnative-boringssl-static", OpenSsl.unavailabilityCause());
    }
    return new Requirement.Met(String.valueOf(OpenSsl.versionString()));
  }

  private static Requirement missing(String library, @Nullable Throwable cause) {
    return new Requirement.Missing(library, String.valueOf(cause), HELP);
  }

  /// Starts `threads` event loops (at least 1), named `io-1`, `io-2`, …, with upstream's socket
  /// options.
  public static Transport start(int threads) {
    return start(threads, SocketSettings.defaults());
  }

  /// Starts `threads` event loops (at least 1) whose sockets have these options.
  public static Transport start(int threads, SocketSettings settings) {
    return new Transport(
        ProxyLoops.start(threads, settings),
        Sockets.own(),
        settings,
        new Listeners(settings.ports()));
  }

  /// The same event loops with listeners made from other sockets; closing either closes both.
  public Transport with(Sockets others) {
    return new Transport(loops, others, settings, listeners);
  }

  /// The event loops.
  public EventLoopGroup loops() {
    return loops;
  }

  /// The sockets that listen on these loops.
  public Listeners listeners() {
    return listeners;
  }

  /// A listener bootstrap on these loops; accepted sockets half-close and carry TCP keepalive. The
  /// listener's own `handler` is taken.
  public ServerBootstrap bootstrapServer() {
    var bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channelFactory(sockets::listener)
            .handler(listeners.initializer(sockets))
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(UnixChannelOption.SO_REUSEPORT, settings.ports() == SocketSettings.Ports.SHARED)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    liveness(settings, bootstrap::childOption);
    return bootstrap;
  }

  /// A dialling bootstrap on `loop` with the process's own sockets: 10 s connect timeout,
  /// half-close, TCP keepalive.
  public static Bootstrap bootstrapClient(EventLoop loop) {
    return bootstrapClient(loop, EpollSocketChannel::new);
  }

  /// The same for a destination that is dialled from other sockets.
  ///
  /// When there is no socket the connect's future fails outside of `loop`.
  public static Bootstrap bootstrapClient(
      EventLoop loop, Sockets sockets, InetAddress destination) {
    return bootstrapClient(loop, () -> sockets.dialler(destination));
  }

  private static Bootstrap bootstrapClient(EventLoop loop, ChannelFactory<Channel> sockets) {
    var bootstrap =
        new Bootstrap()
            .group(loop)
            .channelFactory(sockets)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(CONNECT_TIMEOUT.toMillis()))
            .option(ChannelOption.TCP_NODELAY, true)
            .option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true)
            .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK);
    liveness(ProxyLoops.socketsOf(loop), bootstrap::option);
    return bootstrap;
  }

  private interface Options {
    <T> void set(ChannelOption<T> option, T value);
  }

  private static void liveness(SocketSettings settings, Options options) {
    settings
        .keepalive()
        .ifPresent(keepalive -> {
          options.set(ChannelOption.SO_KEEPALIVE, true);
          options.set(
              EpollChannelOption.TCP_KEEPIDLE, Math.toIntExact(keepalive.idle().toSeconds()));
          options.set(
              EpollChannelOption.TCP_KEEPINTVL, Math.toIntExact(keepalive.interval().toSeconds()));
          options.set(EpollChannelOption.TCP_KEEPCNT, keepalive.probes());
        });
    settings
        .userTimeout()
        .ifPresent(timeout ->
            options.set(EpollChannelOption.TCP_USER_TIMEOUT, Math.toIntExact(timeout.toMillis())));
  }

  /// Stops the loops and waits at most 5 s for them; what is still open is closed.
  @Override
  public void close() {
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
