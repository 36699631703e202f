package dev.sluice.bench.pods;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;

/// The event loop of what the harness itself serves.
final class Loops {

  static final EventLoopGroup SHARED =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("authority", true), EpollIoHandler.newFactory());

  private Loops() {}
}
