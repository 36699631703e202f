package dev.sluice.runtime.wire;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The one event loop of all connections to the control plane, apart from those of the mesh's
/// traffic, so that a large answer delays nobody's bytes.
public final class ControlLoop implements AutoCloseable {

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("control", true), EpollIoHandler.newFactory());
  private final ExecutorService callbacks =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("control-", 0).factory());

  EventLoopGroup loop() {
    return loop;
  }

  Executor callbacks() {
    return callbacks;
  }

  @Override
  public void close() {
    callbacks.shutdownNow();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
