package dev.sluice.ztunnel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.stream.Stream;

/// The functions of the C library the proxy calls itself; each returns what the function does, or
/// the negated error number.
///
/// Flags and request numbers are those of Linux on x86_64 and aarch64.
public final class Libc {

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));

  private static final int O_RDONLY = 0;
  private static final int O_CLOEXEC = 0x80000;
  private static final int CLONE_NEWNET = 0x40000000;
  private static final long NS_GET_NSTYPE = 0xb703;

  private static final MethodHandle OPEN =
      function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), variadicFrom(2));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final MethodHandle SETNS =
      function("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  private static final MethodHandle IOCTL =
      function("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG), variadicFrom(2));

  private Libc() {}

  /// The C function `name`; the handle takes a segment of [#newState] before the function's own
  /// arguments, and leaves `errno` in it.
  ///
  /// @throws IllegalStateException when the C library has no such function
  @SuppressWarnings("restricted") // what the manifest grants with Enable-Native-Access
  public static MethodHandle function(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    MemorySegment symbol =
        LINKER
            .defaultLookup()
            .find(name)
            .orElseThrow(() -> new IllegalStateException("no `" + name + "` in the C library"));
    Linker.Option[] all =
        Stream.concat(Stream.of(Linker.Option.captureCallState("errno")), Stream.of(options))
            .toArray(Linker.Option[]::new);
    return LINKER.downcallHandle(symbol, descriptor, all);
  }

  /// For C functions whose arguments from `index` on are variadic.
  public static Linker.Option variadicFrom(int index) {
    return Linker.Option.firstVariadicArg(index);
  }

  /// Room for the `errno` of one call.
  public static MemorySegment newState(Arena arena) {
    return arena.allocate(STATE);
  }

  /// What a function returned, or the negated `errno` it left in `state` when that was -1.
  public static long result(long returned, MemorySegment state) {
    return returned == -1 ? -(int) ERRNO.get(state, 0L) : returned;
  }

  /// Opens a file for reading; children do not inherit the descriptor.
  static int open(String path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = newState(arena);
      int fd = (int) OPEN.invokeExact(state, arena.allocateFrom(path), O_RDONLY | O_CLOEXEC);
      return (int) result(fd, state);
    } catch (Throwable impossible) {
      throw bug(impossible);
    }
  }

  static int close(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = newState(arena);
      return (int) result((int) CLOSE.invokeExact(state, fd), state);
    } catch (Throwable impossible) {
      throw bug(impossible);
    }
  }

  /// Moves the calling thread into the network namespace `fd` refers to.
  static int enterNetwork(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = newState(arena);
      return (int) result((int) SETNS.invokeExact(state, fd, CLONE_NEWNET), state);
    } catch (Throwable impossible) {
      throw bug(impossible);
    }
  }

  /// Whether `fd` refers to a network namespace: 1, 0 for another kind of namespace.
  static int isNetwork(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = newState(arena);
      long kind = result((int) IOCTL.invokeExact(state, fd, NS_GET_NSTYPE), state);
      return kind < 0 ? (int) kind : kind == CLONE_NEWNET ? 1 : 0;
    } catch (Throwable impossible) {
      throw bug(impossible);
    }
  }

  // A downcall throws nothing of its own: whatever comes is a wrong descriptor of ours.
  static AssertionError bug(Throwable cause) {
    return new AssertionError("a call into the C library is declared wrongly", cause);
  }
}
