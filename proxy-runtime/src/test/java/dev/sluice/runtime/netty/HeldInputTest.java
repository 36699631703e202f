package dev.sluice.runtime.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.channels.NotYetConnectedException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldInputTest {

  private final List<Throwable> failures = new ArrayList<>();

  private void release(EmbeddedChannel channel) {
    channel
        .pipeline()
        .addLast(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
                failures.add(cause);
              }
            });
    HeldInput.release(channel);
  }

  @Test
  void a_failure_is_held_for_the_handlers_to_come() {
    var channel = new EmbeddedChannel();
    HeldInput.hold(channel);
    var reset = new IOException("reset");
    channel.pipeline().fireExceptionCaught(reset);

    release(channel);

    assertThat(failures).containsExactly(reset);
  }

  @Test
  void what_epoll_says_of_a_socket_that_is_still_dialled_is_no_failure() {
    var channel = new EmbeddedChannel();
    HeldInput.hold(channel);
    channel.pipeline().fireExceptionCaught(new NotYetConnectedException());

    release(channel);

    assertThat(failures).isEmpty();
    assertThat(channel.isOpen()).isTrue();
  }
}
