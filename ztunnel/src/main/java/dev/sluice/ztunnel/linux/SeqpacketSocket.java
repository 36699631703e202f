package dev.sluice.ztunnel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A connected Unix socket of type `SOCK_SEQPACKET`: packets keep their borders and may carry
/// descriptors.
///
/// Receiving blocks its thread in the C library, so it belongs on a platform thread. Sending and
/// receiving are for one thread at a time each; [#shutdown] and [#close] are for any.
public final class SeqpacketSocket implements AutoCloseable {

  /// What became of an attempt to connect.
  public sealed interface Connected {

    /// The socket is connected, and the caller's to close.
    record Open(SeqpacketSocket socket) implements Connected {}

    /// Nobody listens there, or not for packets.
    record Failed(SystemFailure failure) implements Connected {}
  }

  /// What receiving brought.
  public sealed interface Received {

    /// A whole packet; the descriptors that came with it are the caller's to close.
    @SuppressWarnings("ArrayRecordComponent") // handed over once, compared by nobody
    record Packet(byte[] bytes, List<Integer> descriptors) implements Received {
      public Packet {
        descriptors = List.copyOf(descriptors);
      }
    }

    /// A packet that is longer than the room for it, or carries more descriptors than
    /// [#MOST_DESCRIPTORS]; what arrived of it is thrown away.
    record Oversized(String what) implements Received {}

    /// The other side is gone, or this one was shut down.
    record End() implements Received {}

    /// The socket is broken.
    record Failed(SystemFailure failure) implements Received {}
  }

  /// Descriptors that one packet may carry.
  public static final int MOST_DESCRIPTORS = 4;

  private static final int AF_UNIX = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDTIMEO = 21;
  private static final int SHUT_RDWR = 2;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int EINTR = 4;
  private static final int ENAMETOOLONG = 36;

  private static final MethodHandle SOCKET =
      Libc.function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle CONNECT =
      Libc.function("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SETSOCKOPT =
      Libc.function(
          "setsockopt",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle SHUTDOWN =
      Libc.function("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle SENDMSG =
      Libc.function("sendmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
  private static final MethodHandle RECVMSG =
      Libc.function("recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));

  private final int descriptor;
  private boolean closed;

  /// Takes over a connected descriptor.
  SeqpacketSocket(int descriptor) {
    this.descriptor = descriptor;
  }

  /// Connects to the socket at `path`; connecting and every send take at most `patience`.
  public static Connected connect(Path path, Duration patience) {
    Optional<MemorySegment> address = UnixAddress.of(path, Arena.ofAuto());
    if (address.isEmpty()) {
      return new Connected.Failed(new SystemFailure("connect to `" + path + "`", ENAMETOOLONG));
    }
    try (Arena arena = Arena.ofConfined()) {
      int fd = create(arena);
      if (fd < 0) {
        return new Connected.Failed(SystemFailure.of("socket", fd));
      }
      long done = limitSending(fd, patience, arena);
      if (done >= 0) {
        done = connect(fd, address.get(), arena);
      }
      if (done < 0) {
        Libc.close(fd);
        return new Connected.Failed(SystemFailure.of("connect to `" + path + "`", done));
      }
      return new Connected.Open(new SeqpacketSocket(fd));
    } catch (Throwable impossible) {
      throw Libc.bug(impossible);
    }
  }

  /// A new socket that children do not inherit, or the negated error number.
  static int create(Arena arena) throws Throwable {
    MemorySegment state = Libc.newState(arena);
    int fd = (int) SOCKET.invokeExact(state, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    return (int) Libc.result(fd, state);
  }

  private static long connect(int fd, MemorySegment address, Arena arena) throws Throwable {
    MemorySegment state = Libc.newState(arena);
    int length = Math.toIntExact(address.byteSize());
    return Libc.result((int) CONNECT.invokeExact(state, fd, address, length), state);
  }

  private static long limitSending(int fd, Duration patience, Arena arena) throws Throwable {
    MemorySegment time = arena.allocate(JAVA_LONG, 2);
    time.setAtIndex(JAVA_LONG, 0, patience.toSeconds());
    time.setAtIndex(JAVA_LONG, 1, patience.toNanosPart() / 1_000);
    MemorySegment state = Libc.newState(arena);
    int size = Math.toIntExact(time.byteSize());
    return Libc.result(
        (int) SETSOCKOPT.invokeExact(state, fd, SOL_SOCKET, SO_SNDTIMEO, time, size), state);
  }

  /// Waits for a packet of at most `room` bytes.
  public Received receive(int room) {
    try (Arena arena = Arena.ofConfined()) {
      MessageHeader header = MessageHeader.forReceiving(room, MOST_DESCRIPTORS, arena);
      MemorySegment state = Libc.newState(arena);
      long length;
      do {
        header.rearm();
        length =
            Libc.result(
                (long) RECVMSG.invokeExact(state, descriptor, header.segment(), MSG_CMSG_CLOEXEC),
                state);
      } while (length == -EINTR);
      return length < 0
          ? new Received.Failed(SystemFailure.of("recvmsg", length))
          : received(header, Math.toIntExact(length));
    } catch (Throwable impossible) {
      throw Libc.bug(impossible);
    }
  }

  private static Received received(MessageHeader header, int length) {
    List<Integer> descriptors = header.descriptors();
    if (header.isCut() || header.hasLostDescriptors()) {
      descriptors.forEach(Descriptors::close);
      return new Received.Oversized(
          header.isCut()
              ? "a packet of more than " + header.room() + " bytes"
              : "a packet with more than " + MOST_DESCRIPTORS + " descriptors");
    }
    // Packets of no bytes are not part of any protocol spoken here; a socket whose other side is
    // gone reads as one.
    if (length == 0) {
      descriptors.forEach(Descriptors::close);
      return new Received.End();
    }
    return new Received.Packet(header.payload(length).toArray(JAVA_BYTE), descriptors);
  }

  /// Sends one packet, with copies of these descriptors (at most [#MOST_DESCRIPTORS]); empty when
  /// it was sent.
  public Optional<SystemFailure> send(byte[] bytes, List<Integer> descriptors) {
    try (Arena arena = Arena.ofConfined()) {
      MessageHeader header = MessageHeader.forSending(bytes, descriptors, arena);
      MemorySegment state = Libc.newState(arena);
      long sent;
      do {
        sent =
            Libc.result(
                (long) SENDMSG.invokeExact(state, descriptor, header.segment(), MSG_NOSIGNAL),
                state);
      } while (sent == -EINTR);
      return sent < 0 ? Optional.of(SystemFailure.of("sendmsg", sent)) : Optional.empty();
    } catch (Throwable impossible) {
      throw Libc.bug(impossible);
    }
  }

  /// Ends the conversation in both directions, which wakes a thread that waits in [#receive].
  public synchronized void shutdown() {
    if (closed) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      // It fails only when the other side was faster.
      var _ = (int) SHUTDOWN.invokeExact(Libc.newState(arena), descriptor, SHUT_RDWR);
    } catch (Throwable impossible) {
      throw Libc.bug(impossible);
    }
  }

  /// Closes the descriptor, for the thread that receives: another calls [#shutdown] first and lets
  /// that one close. More than once is the same as once.
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      Descriptors.close(descriptor);
    }
  }
}
