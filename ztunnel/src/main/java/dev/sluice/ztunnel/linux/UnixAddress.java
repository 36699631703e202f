package dev.sluice.ztunnel.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// `struct sockaddr_un` of a path. Source: unix(7).
final class UnixAddress {

  private static final short AF_UNIX = 1;
  private static final int FAMILY_BYTES = 2;
  private static final int PATH_BYTES = 108;

  private UnixAddress() {}

  /// Empty when the path is longer than a Unix address can say, 107 bytes.
  static Optional<MemorySegment> of(Path path, Arena arena) {
    byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    if (name.length >= PATH_BYTES) {
      return Optional.empty();
    }
    MemorySegment address = arena.allocate(FAMILY_BYTES + PATH_BYTES, FAMILY_BYTES);
    address.set(JAVA_SHORT, 0, AF_UNIX);
    MemorySegment.copy(name, 0, address, JAVA_BYTE, FAMILY_BYTES, name.length);
    return Optional.of(address);
  }
}
