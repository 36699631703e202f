package dev.sluice.runtime.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sockets of one user that listen on the same address by SO_REUSEPORT, ordered by age.
///
/// Left alone, the kernel spreads new connections over all of them, and closing one resets those it
/// had queued. A classic BPF program of one instruction names the socket that gets them instead;
/// where it names one that is not there, the kernel spreads again. Source: socket(7),
/// SO_ATTACH_REUSEPORT_CBPF. The oldest is number 0, and when one leaves the last takes its number.
final class ReuseportGroup {

  private static final Logger LOG = LoggerFactory.getLogger(ReuseportGroup.class);
  private static final int SOL_SOCKET = 1;
  private static final int SO_ATTACH_REUSEPORT_CBPF = 51;
  private static final int PROGRAM_BYTES = 16;
  private static final short RETURN_CONSTANT = 0x06;

  private static final RawUnixChannelOption ATTACH =
      new RawUnixChannelOption(
          "SO_ATTACH_REUSEPORT_CBPF", SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, PROGRAM_BYTES);

  private static final ByteBuffer OLDEST = instruction(0);
  private static final ByteBuffer SUCCESSOR = instruction(1);

  private ReuseportGroup() {}

  /// Sends what is new to the oldest socket: a successor gets nothing before this one retires.
  static void preferOldest(Channel member) {
    prefer(member, OLDEST);
  }

  /// Sends what is new to the successor, if there is one.
  static void preferSuccessor(Channel member) {
    prefer(member, SUCCESSOR);
  }

  /// `struct sock_filter {u16 code; u8 jt, jf; u32 k}`
  private static ByteBuffer instruction(int number) {
    return direct(8).putShort(0, RETURN_CONSTANT).putInt(4, number);
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  private static void prefer(Channel member, ByteBuffer instruction) {
    // struct sock_fprog {u16 len; struct sock_filter *filter}
    ByteBuffer program =
        direct(PROGRAM_BYTES).putShort(0, (short) 1).putLong(8, Buffer.memoryAddress(instruction));
    try {
      member.config().setOption(ATTACH, program);
    } catch (ChannelException refused) {
      // Then a hand-over may lose what is queued at its end, as without this.
      LOG.debug("no choice among the listeners of {}", member.localAddress(), refused);
    }
  }
}
