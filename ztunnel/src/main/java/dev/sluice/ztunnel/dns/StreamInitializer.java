package dev.sluice.ztunnel.dns;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.timeout.IdleStateHandler;

/// Makes accepted sockets streams of queries.
final class StreamInitializer extends ChannelInitializer<Channel> {

  /// Streams of one workload, at most.
  static final int MOST_STREAMS = 128;

  private static final int IDLE_SECONDS = 5;

  private final WorkloadResolver resolver;
  private final ChannelGroup open;

  StreamInitializer(WorkloadResolver resolver, ChannelGroup open) {
    this.resolver = resolver;
    this.open = open;
  }

  @Override
  protected void initChannel(Channel channel) {
    if (open.size() >= MOST_STREAMS) {
      channel.close();
      return;
    }
    open.add(channel);
    channel
        .pipeline()
        .addLast(
            new IdleStateHandler(0, 0, IDLE_SECONDS),
            new LengthFieldBasedFrameDecoder(
                Upstream.LENGTH_BYTES + DnsQuery.MOST_BYTES,
                0,
                Upstream.LENGTH_BYTES,
                0,
                Upstream.LENGTH_BYTES),
            new LengthFieldPrepender(Upstream.LENGTH_BYTES),
            new StreamHandler(resolver));
  }
}
