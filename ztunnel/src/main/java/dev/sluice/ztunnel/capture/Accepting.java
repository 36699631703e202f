package dev.sluice.ztunnel.capture;

import dev.sluice.runtime.netty.HeldInput;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import java.util.function.Consumer;

/// Holds the input of accepted sockets and passes them on, on their event loop.
@Sharable
final class Accepting extends ChannelInitializer<Channel> {
  private final Consumer<Channel> accepted;

  Accepting(Consumer<Channel> accepted) {
    this.accepted = accepted;
  }

  @Override
  protected void initChannel(Channel channel) {
    HeldInput.hold(channel);
    // After the initializer has left the pipeline.
    channel.eventLoop().execute(() -> accepted.accept(channel));
  }
}
