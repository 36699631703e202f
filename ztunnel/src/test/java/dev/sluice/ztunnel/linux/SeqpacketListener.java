package dev.sluice.ztunnel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// The listening side of packet sockets, which the proxy has no use for but its tests do.
public final class SeqpacketListener implements AutoCloseable {

  private static final int BACKLOG = 8;
  private static final MethodHandle BIND =
      Libc.function("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle LISTEN =
      Libc.function("listen", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle ACCEPT =
      Libc.function("accept", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));

  private final int descriptor;

  public SeqpacketListener(Path path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Libc.newState(arena);
      MemorySegment address = UnixAddress.of(path, arena).orElseThrow();
      descriptor = SeqpacketSocket.create(arena);
      int length = Math.toIntExact(address.byteSize());
      check(Libc.result((int) BIND.invokeExact(state, descriptor, address, length), state));
      check(Libc.result((int) LISTEN.invokeExact(state, descriptor, BACKLOG), state));
    } catch (Throwable failed) {
      throw new AssertionError(failed);
    }
  }

  /// Waits for the next connection.
  public SeqpacketSocket accept() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = Libc.newState(arena);
      long accepted =
          Libc.result(
              (int) ACCEPT.invokeExact(state, descriptor, MemorySegment.NULL, MemorySegment.NULL),
              state);
      check(accepted);
      return new SeqpacketSocket(Math.toIntExact(accepted));
    } catch (Throwable failed) {
      throw new AssertionError(failed);
    }
  }

  private static void check(long result) {
    if (result < 0) {
      throw new AssertionError(SystemFailure.of("listening", result));
    }
  }

  @Override
  public void close() {
    Descriptors.close(descriptor);
  }
}
