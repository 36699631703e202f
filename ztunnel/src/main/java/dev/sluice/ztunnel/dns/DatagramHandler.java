package dev.sluice.ztunnel.dns;

import dev.sluice.runtime.telemetry.DnsMetrics;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes queries that come as datagrams.
final class DatagramHandler extends SimpleChannelInboundHandler<DatagramPacket> {

  private static final Logger LOG = LoggerFactory.getLogger(DatagramHandler.class);

  private final WorkloadResolver resolver;

  DatagramHandler(WorkloadResolver resolver) {
    this.resolver = resolver;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
    InetSocketAddress sender = packet.sender();
    Channel channel = context.channel();
    switch (DnsQuery.parse(packet.content())) {
      case DnsQuery.Parsed.Ignored() -> {}
      case DnsQuery.Parsed.Refused refused ->
          send(channel, MessageWriter.refusal(context.alloc(), refused), sender);
      case DnsQuery.Parsed.Asked(var query) ->
          resolver.answer(
              new WorkloadResolver.Request(
                  query,
                  DnsMetrics.Protocol.UDP,
                  context.alloc(),
                  answer -> send(channel, answer, sender)));
    }
  }

  private static void send(Channel channel, ByteBuf answer, InetSocketAddress to) {
    if (channel.isWritable()) {
      channel.writeAndFlush(new DatagramPacket(answer, to), channel.voidPromise());
    } else {
      // Datagrams may be lost; a queue of them may not grow without end.
      answer.release();
    }
  }

  /// A failed answer concerns one client, such as one that closed its socket before.
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.debug("a DNS datagram failed", cause);
  }
}
