package dev.sluice.ztunnel.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// `struct msghdr` with one buffer and room for descriptors, as 64-bit Linux lays it out. Source:
/// recvmsg(2), cmsg(3).
final class MessageHeader {

  private static final long HEADER_BYTES = 56;
  private static final long BUFFERS = 16;
  private static final long BUFFER_COUNT = 24;
  private static final long CONTROL = 32;
  private static final long CONTROL_LENGTH = 40;
  private static final long FLAGS = 48;

  private static final long ITEM_LENGTH = 0;
  private static final long ITEM_LEVEL = 8;
  private static final long ITEM_TYPE = 12;
  private static final long ITEM_HEADER_BYTES = 16;
  private static final long ITEM_ALIGNMENT = 8;

  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_CTRUNC = 0x8;
  private static final int MSG_TRUNC = 0x20;

  private final MemorySegment header;
  private final MemorySegment buffer;
  private final MemorySegment control;

  private MessageHeader(MemorySegment buffer, MemorySegment control, Arena arena) {
    this.buffer = buffer;
    this.control = control;
    header = arena.allocate(HEADER_BYTES, ITEM_ALIGNMENT);
    MemorySegment vector = arena.allocate(JAVA_LONG, 2);
    vector.set(ADDRESS, 0, buffer);
    vector.setAtIndex(JAVA_LONG, 1, buffer.byteSize());
    header.set(ADDRESS, BUFFERS, vector);
    header.set(JAVA_LONG, BUFFER_COUNT, 1);
    header.set(ADDRESS, CONTROL, control);
    header.set(JAVA_LONG, CONTROL_LENGTH, control.byteSize());
  }

  static MessageHeader forReceiving(int room, int mostDescriptors, Arena arena) {
    return new MessageHeader(
        arena.allocate(room), arena.allocate(itemSpace(mostDescriptors), ITEM_ALIGNMENT), arena);
  }

  static MessageHeader forSending(byte[] bytes, List<Integer> descriptors, Arena arena) {
    MemorySegment buffer = arena.allocateFrom(JAVA_BYTE, bytes);
    if (descriptors.isEmpty()) {
      return new MessageHeader(buffer, MemorySegment.NULL, arena);
    }
    MemorySegment control = arena.allocate(itemSpace(descriptors.size()), ITEM_ALIGNMENT);
    control.set(
        JAVA_LONG, ITEM_LENGTH, ITEM_HEADER_BYTES + (long) Integer.BYTES * descriptors.size());
    control.set(JAVA_INT, ITEM_LEVEL, SOL_SOCKET);
    control.set(JAVA_INT, ITEM_TYPE, SCM_RIGHTS);
    for (int i = 0; i < descriptors.size(); i++) {
      control.set(JAVA_INT, ITEM_HEADER_BYTES + (long) Integer.BYTES * i, descriptors.get(i));
    }
    return new MessageHeader(buffer, control, arena);
  }

  private static long itemSpace(int descriptors) {
    return ITEM_HEADER_BYTES + aligned((long) Integer.BYTES * descriptors);
  }

  private static long aligned(long bytes) {
    return (bytes + ITEM_ALIGNMENT - 1) & -ITEM_ALIGNMENT;
  }

  MemorySegment segment() {
    return header;
  }

  /// Makes the header fit for another attempt: the kernel writes lengths and flags into it.
  void rearm() {
    header.set(JAVA_LONG, CONTROL_LENGTH, control.byteSize());
    header.set(JAVA_INT, FLAGS, 0);
  }

  long room() {
    return buffer.byteSize();
  }

  MemorySegment payload(int length) {
    return buffer.asSlice(0, length);
  }

  /// Whether the packet was longer than the room for it.
  boolean isCut() {
    return (header.get(JAVA_INT, FLAGS) & MSG_TRUNC) != 0;
  }

  /// Whether there was no room for some of what came beside the bytes.
  boolean hasLostDescriptors() {
    return (header.get(JAVA_INT, FLAGS) & MSG_CTRUNC) != 0;
  }

  /// The descriptors that were received; open in this process, and the caller's.
  List<Integer> descriptors() {
    var found = new ArrayList<Integer>();
    long end = Math.min(header.get(JAVA_LONG, CONTROL_LENGTH), control.byteSize());
    long at = 0;
    while (at + ITEM_HEADER_BYTES <= end) {
      long length = control.get(JAVA_LONG, at + ITEM_LENGTH);
      if (length < ITEM_HEADER_BYTES || at + length > end) {
        break;
      }
      if (control.get(JAVA_INT, at + ITEM_LEVEL) == SOL_SOCKET
          && control.get(JAVA_INT, at + ITEM_TYPE) == SCM_RIGHTS) {
        for (long i = ITEM_HEADER_BYTES; i + Integer.BYTES <= length; i += Integer.BYTES) {
          found.add(control.get(JAVA_INT, at + i));
        }
      }
      at += aligned(length);
    }
    return found;
  }
}
