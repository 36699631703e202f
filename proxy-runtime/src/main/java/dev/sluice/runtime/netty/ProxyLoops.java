package dev.sluice.runtime.netty;

import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;

/// Event loops that know the socket options of their process, so that whoever dials on a loop uses
/// them.
final class ProxyLoops extends MultiThreadIoEventLoopGroup {

  private ProxyLoops(int threads, SocketSettings sockets) {
    super(threads, new DefaultThreadFactory("io"), SteadyEpoll.newFactory(), sockets);
  }

  static ProxyLoops start(int threads, SocketSettings sockets) {
    return new ProxyLoops(threads, sockets);
  }

  /// The socket options of the process that `loop` belongs to; the defaults for a foreign loop.
  static SocketSettings socketsOf(EventLoop loop) {
    return loop instanceof Loop own ? own.sockets : SocketSettings.defaults();
  }

  // Called by the constructor of the superclass, before a field of this class could be set.
  @Override
  protected IoEventLoop newChild(
      Executor executor, IoHandlerFactory ioHandlerFactory, Object... arguments) {
    return new Loop(this, executor, ioHandlerFactory, (SocketSettings) arguments[0]);
  }

  private static final class Loop extends SingleThreadIoEventLoop {
    private final SocketSettings sockets;

    Loop(
        IoEventLoopGroup parent,
        Executor executor,
        IoHandlerFactory handlers,
        SocketSettings sockets) {
      super(parent, executor, handlers);
      this.sockets = sockets;
    }
  }
}
