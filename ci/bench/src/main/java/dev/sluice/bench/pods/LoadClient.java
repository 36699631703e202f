package dev.sluice.bench.pods;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// What clients do to the application; every answer is checked.
final class LoadClient {

  private static final int BLOCK = LoadServer.SINK_BLOCK;
  private static final int MESSAGE = 1 << 10;
  private static final int SHORT = 11;
  private static final int HOLDERS = 16;

  private final List<SocketChannel> held = new ArrayList<>();

  private static SocketChannel open(InetSocketAddress target, byte what) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.connect(target);
      channel.write(ByteBuffer.wrap(new byte[] {what}));
      return channel;
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
  }

  private static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static void readFully(SocketChannel channel, ByteBuffer into) throws IOException {
    while (into.hasRemaining()) {
      if (channel.read(into) < 0) {
        throw new IOException("ended after " + into.position() + " bytes");
      }
    }
  }

  /// Runs the task on `threads` threads; the sum of what they return.
  private static long sum(int threads, Callable<Long> task) throws IOException {
    try (var pool = Executors.newFixedThreadPool(threads)) {
      var results = new ArrayList<Future<Long>>();
      for (int i = 0; i < threads; i++) {
        results.add(pool.submit(task));
      }
      long sum = 0;
      for (Future<Long> result : results) {
        sum += result.get();
      }
      return sum;
    } catch (ExecutionException failed) {
      throw new IOException(String.valueOf(failed.getCause()), failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("stopped", stopped);
    }
  }

  /// How a client says that it has sent everything.
  enum Ending {
    HALF_CLOSE,
    NONE
  }

  /// Random bytes there and back; fails unless all came back right and, after a half-close, the
  /// other half ended too.
  String echo(InetSocketAddress target, int bytes, int connections, Ending ending)
      throws IOException {
    long right =
        sum(
            connections,
            () -> {
              byte[] sent = new byte[bytes];
              new Random(ThreadLocalRandom.current().nextLong()).nextBytes(sent);
              try (SocketChannel channel = open(target, LoadServer.ECHO)) {
                var writer =
                    Thread.startVirtualThread(
                        () -> writeAll(channel, ByteBuffer.wrap(sent), ending));
                ByteBuffer back = ByteBuffer.allocate(bytes);
                readFully(channel, back);
                writer.join();
                boolean ends = ending == Ending.NONE || channel.read(ByteBuffer.allocate(1)) < 0;
                return ends && Arrays.equals(sent, back.array()) ? 1L : 0L;
              }
            });
    if (right != connections) {
      throw new IOException(right + " of " + connections + " answers were right");
    }
    return "connections=" + right;
  }

  private static void writeAll(SocketChannel channel, ByteBuffer bytes, Ending ending) {
    try {
      write(channel, bytes);
      if (ending == Ending.HALF_CLOSE) {
        channel.shutdownOutput();
      }
    } catch (IOException seenByTheReader) {
      // the reader gets less than it waits for
    }
  }

  /// Bytes the server took in, over `streams` connections in `millis`.
  String bulk(InetSocketAddress target, int streams, int millis) throws IOException {
    long start = System.nanoTime();
    long end = start + millis * 1_000_000L;
    long bytes =
        sum(
            streams,
            () -> {
              ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
              try (SocketChannel channel = open(target, LoadServer.SINK)) {
                long sent = 0;
                while (System.nanoTime() < end) {
                  write(channel, block.clear());
                  sent += BLOCK;
                }
                write(channel, block.clear().put(0, (byte) 1));
                sent += BLOCK;
                ByteBuffer answer = ByteBuffer.allocate(Long.BYTES);
                readFully(channel, answer);
                long taken = answer.flip().getLong();
                if (taken != sent) {
                  throw new IOException(taken + " of " + sent + " bytes arrived");
                }
                return sent;
              }
            });
    return "bytes=" + bytes + " nanos=" + (System.nanoTime() - start);
  }

  /// Round trips of 1 KiB one after the other on one connection.
  String ping(InetSocketAddress target, int millis) throws IOException {
    var nanos = new long[4_000_000];
    int count = 0;
    try (SocketChannel channel = open(target, LoadServer.ECHO)) {
      ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE);
      ByteBuffer back = ByteBuffer.allocateDirect(MESSAGE);
      long end = System.nanoTime() + millis * 1_000_000L;
      for (long now = System.nanoTime(); now < end && count < nanos.length; ) {
        message.clear().putLong(0, count);
        write(channel, message);
        readFully(channel, back.clear());
        if (back.getLong(0) != count) {
          throw new IOException("answer " + back.getLong(0) + " to question " + count);
        }
        long after = System.nanoTime();
        nanos[count++] = after - now;
        now = after;
      }
    }
    Arrays.sort(nanos, 0, count);
    return "count=%d p50=%d p99=%d p999=%d"
        .formatted(
            count, nanos[count / 2], nanos[(int) (count * 0.99)], nanos[(int) (count * 0.999)]);
  }

  /// Connections with eleven bytes there and back, by `workers` at once.
  String connect(InetSocketAddress target, int workers, int millis) throws IOException {
    var failed = new LongAdder();
    long start = System.nanoTime();
    long end = start + millis * 1_000_000L;
    long done =
        sum(
            workers,
            () -> {
              long mine = 0;
              while (System.nanoTime() < end) {
                try (SocketChannel channel = open(target, LoadServer.ECHO)) {
                  write(channel, ByteBuffer.allocate(SHORT));
                  readFully(channel, ByteBuffer.allocate(SHORT));
                  mine++;
                } catch (IOException refused) {
                  failed.increment();
                }
              }
              return mine;
            });
    return "count=" + done + " failed=" + failed + " nanos=" + (System.nanoTime() - start);
  }

  /// Opens connections and keeps them; each has echoed a byte.
  String hold(InetSocketAddress target, int connections) throws IOException {
    var left = new AtomicInteger(connections);
    sum(
        HOLDERS,
        () -> {
          while (left.getAndDecrement() > 0) {
            SocketChannel channel = open(target, LoadServer.ECHO);
            synchronized (held) {
              held.add(channel);
            }
            write(channel, ByteBuffer.allocate(1));
            readFully(channel, ByteBuffer.allocate(1));
          }
          return 0L;
        });
    return "held=" + held.size();
  }

  /// Uses every connection that is kept once; tells how many answered.
  String ask() {
    int answered = 0;
    for (SocketChannel channel : held) {
      try {
        write(channel, ByteBuffer.allocate(1));
        readFully(channel, ByteBuffer.allocate(1));
        answered++;
      } catch (IOException gone) {
        // not counted
      }
    }
    return "answered=" + answered + " held=" + held.size();
  }

  String release() throws IOException {
    for (SocketChannel channel : held) {
      channel.close();
    }
    int count = held.size();
    held.clear();
    return "released=" + count;
  }
}
