package dev.sluice.bench.pods;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// The application behind the proxies: the first byte of a connection says what it does with the
/// rest.
final class LoadServer {

  /// Sends everything back.
  static final byte ECHO = 'E';

  /// Takes blocks of [#SINK_BLOCK] bytes in and, after one that begins with 1, answers with the
  /// number of bytes: not every proxy can carry the end of one half.
  static final byte SINK = 'S';

  static final int SINK_BLOCK = 128 << 10;

  private static final int BACKLOG = 4_096;
  private static final int BLOCK = 256 << 10;

  private LoadServer() {}

  static void start(int port) throws IOException {
    var listener = ServerSocketChannel.open().bind(new InetSocketAddress(port), BACKLOG);
    Thread.ofPlatform().daemon().name("accept").start(() -> accept(listener));
  }

  private static void accept(ServerSocketChannel listener) {
    while (listener.isOpen()) {
      try {
        SocketChannel accepted = listener.accept();
        Thread.startVirtualThread(() -> serve(accepted));
      } catch (IOException shed) {
        System.err.println("accept: " + shed);
        Shell.pause(10);
      }
    }
  }

  private static void serve(SocketChannel channel) {
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      ByteBuffer first = ByteBuffer.allocate(1);
      if (channel.read(first) < 1) {
        channel.close();
      } else if (first.get(0) == SINK) {
        Thread.ofPlatform().daemon().start(() -> closing(channel, LoadServer::sink));
      } else {
        closing(channel, LoadServer::echo);
      }
    } catch (IOException gone) {
      closing(channel, _ -> {});
    }
  }

  @FunctionalInterface
  private interface Serving {
    void serve(SocketChannel channel) throws IOException;
  }

  private static void closing(SocketChannel channel, Serving serving) {
    try (channel) {
      serving.serve(channel);
    } catch (IOException gone) {
      // The client sees it too, and counts it.
    }
  }

  private static void sink(SocketChannel channel) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
    long total = 0;
    boolean last = false;
    for (int n = channel.read(block); n >= 0; n = channel.read(block.clear())) {
      int next = (int) ((SINK_BLOCK - total % SINK_BLOCK) % SINK_BLOCK);
      for (int at = next; at < n; at += SINK_BLOCK) {
        last = block.get(at) == 1;
      }
      total += n;
      if (last && total % SINK_BLOCK == 0) {
        channel.write(ByteBuffer.allocate(Long.BYTES).putLong(total).flip());
      }
    }
  }

  private static void echo(SocketChannel channel) throws IOException {
    // Grows with the client: ten thousand idle connections have to fit.
    ByteBuffer block = ByteBuffer.allocate(64);
    while (channel.read(block) >= 0) {
      boolean full = !block.hasRemaining();
      block.flip();
      while (block.hasRemaining()) {
        channel.write(block);
      }
      block = full && block.capacity() < BLOCK ? ByteBuffer.allocate(BLOCK) : block.clear();
    }
  }
}
