package dev.sluice.runtime.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What happens when a process has no file descriptor left, in a process that has few.
class DescriptorsTest {

  private static final int LIMIT = 150;
  private static final int FLOOD = 300;

  /// Echoes on a free port, which it prints; answers each line of input with how many were shed.
  static final class Echo {
    private Echo() {}

    public static void main(String[] arguments) throws IOException {
      Transport transport = Transport.start(1);
      Channel listener =
          transport
              .bootstrapServer()
              .childHandler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      channel.pipeline().addLast(new Echoing());
                    }
                  })
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .syncUninterruptibly()
              .channel();
      System.out.println(((InetSocketAddress) listener.localAddress()).getPort());
      var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      while (input.readLine() != null) {
        System.out.println(transport.listeners().shed());
      }
      System.exit(0);
    }
  }

  private static final class Echoing extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      context.writeAndFlush(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof ChannelInputShutdownEvent) {
        context.close();
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  private final List<Socket> sockets = new ArrayList<>();
  private Process process;
  private BufferedReader output;
  private int port;

  @BeforeEach
  void start() throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n " + LIMIT + "; exec \"$0\" \"$@\"",
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Echo.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    output = process.inputReader(StandardCharsets.UTF_8);
    port = number();
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    process.destroyForcibly();
  }

  /// The next line that is a number; the log goes to the same place.
  private int number() throws IOException {
    String line = output.readLine();
    while (line != null && !line.matches("\\d+")) {
      line = output.readLine();
    }
    assertThat(line).isNotNull();
    return Integer.parseInt(String.valueOf(line));
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
    sockets.add(socket);
    return socket;
  }

  private static boolean isServed(Socket socket) {
    try {
      socket.getOutputStream().write(7);
      return socket.getInputStream().read() == 7;
    } catch (IOException reset) {
      assertThat(reset).isNotInstanceOf(SocketTimeoutException.class);
      return false;
    }
  }

  private int shed() throws IOException {
    process.outputWriter(StandardCharsets.UTF_8).append('\n').flush();
    return number();
  }

  @Test
  void what_finds_no_descriptor_is_reset_at_once_and_service_goes_on() throws Exception {
    Socket first = connect();
    assertThat(isServed(first)).isTrue();
    for (int i = 0; i < FLOOD; i++) {
      connect();
    }

    long served = sockets.stream().filter(DescriptorsTest::isServed).count();

    assertThat(served).isBetween(20L, (long) LIMIT);
    assertThat(shed()).isGreaterThanOrEqualTo(FLOOD - LIMIT);
    assertThat(isServed(first)).as("the first connection lives on").isTrue();

    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
    await().until(() -> isServed(connect()));
    assertThat(isServed(connect())).isTrue();
  }
}
