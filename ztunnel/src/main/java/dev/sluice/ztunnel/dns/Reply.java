package dev.sluice.ztunnel.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Optional;

/// What an upstream server answered: its bytes, and what has to be known of them to keep them and
/// to hand them on.
///
/// The records are handed on as they are, because data of some types refers to other parts of the
/// message and would lose its meaning in another one.
final class Reply {

  private static final int RESPONSE = 0x8000;
  private static final int OPCODE = 0x7800;
  private static final int AUTHORITATIVE = 0x0400;
  private static final int CODE = 0xf;
  private static final int FLAGS_AT = 2;
  private static final int TYPE_SOA = 6;
  private static final int TYPE_OPT = 41;
  private static final int NEVER = -1;

  private final byte[] message;
  private final int questionEnd;
  private final int[] ttls;
  private final int secondsToKeep;

  private Reply(byte[] message, int questionEnd, int[] ttls, int secondsToKeep) {
    this.message = message;
    this.questionEnd = questionEnd;
    this.ttls = ttls;
    this.secondsToKeep = secondsToKeep;
  }

  /// Takes `message` for the answer to `query`, which was sent as `id`; empty when it is the answer
  /// to anything else, or malformed.
  static Optional<Reply> to(DnsQuery query, int id, byte[] message) {
    var in = new Walk(message);
    if (message.length < DnsQuery.HEADER_BYTES + query.asked().length
        || in.unsignedShort(0) != id
        || (in.unsignedShort(FLAGS_AT) & (RESPONSE | OPCODE)) != RESPONSE
        || in.unsignedShort(4) != 1
        || !isSameQuestion(message, query.asked())) {
      return Optional.empty();
    }
    int questionEnd = DnsQuery.HEADER_BYTES + query.asked().length;
    int answers = in.unsignedShort(6);
    int records = answers + in.unsignedShort(8) + in.unsignedShort(10);
    int[] ttls = new int[records];
    int seconds = Integer.MAX_VALUE;
    int negative = NEVER;
    int at = questionEnd;
    for (int i = 0; i < records; i++) {
      int fields = in.afterName(at);
      if (fields == NEVER || in.recordEnd(fields) == NEVER) {
        return Optional.empty();
      }
      int type = in.unsignedShort(fields);
      ttls[i] = type == TYPE_OPT ? NEVER : fields + 4;
      if (i < answers) {
        seconds = Math.min(seconds, in.seconds(fields + 4));
      } else if (type == TYPE_SOA) {
        negative = Math.min(in.seconds(fields + 4), in.seconds(in.recordEnd(fields) - 4));
      }
      at = in.recordEnd(fields);
    }
    int keep = answers > 0 ? seconds : negative;
    return Optional.of(new Reply(message, questionEnd, ttls, keep));
  }

  // Names are the same whatever the case of their letters. Source: RFC 4343.
  private static boolean isSameQuestion(byte[] message, byte[] asked) {
    int name = asked.length - DnsQuery.TYPE_AND_CLASS_BYTES;
    for (int i = 0; i < asked.length; i++) {
      byte there = message[DnsQuery.HEADER_BYTES + i];
      if (there != asked[i] && (i >= name || lower(there) != lower(asked[i]))) {
        return false;
      }
    }
    return true;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
  }

  /// Bounds-checked reading of a message.
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody, and never changed
  private record Walk(byte[] message) {

    int unsignedShort(int at) {
      return (message[at] & 0xff) << 8 | (message[at + 1] & 0xff);
    }

    /// A number of seconds; absurd ones are taken for none, as RFC 2181 §8 asks.
    int seconds(int at) {
      int value = unsignedShort(at) << 16 | unsignedShort(at + 2);
      return Math.max(value, 0);
    }

    int afterName(int from) {
      int at = from;
      while (at < message.length) {
        int length = message[at] & 0xff;
        if (length == 0) {
          return at + 1;
        }
        if (length >= 0xc0) {
          return at + 2;
        }
        if (length >= 0x40) {
          return NEVER;
        }
        at += 1 + length;
      }
      return NEVER;
    }

    /// Where a record ends whose type is at `fields`; a start of authority is never shorter than
    /// its numbers.
    int recordEnd(int fields) {
      if (fields + 10 > message.length) {
        return NEVER;
      }
      int length = unsignedShort(fields + 8);
      int end = fields + 10 + length;
      boolean isWhole =
          end <= message.length && (unsignedShort(fields) != TYPE_SOA || length >= 22);
      return isWhole ? end : NEVER;
    }
  }

  int code() {
    return message[FLAGS_AT + 1] & CODE;
  }

  /// Whether the server left out what did not fit.
  boolean isTruncated() {
    return (message[FLAGS_AT] & (DnsQuery.TRUNCATED >> 8)) != 0;
  }

  /// How long others may be given this answer, too; 0 for not at all.
  int secondsToKeep() {
    boolean isAnswer = code() == Rcode.NO_ERROR || code() == Rcode.NAME_ERROR;
    return isAnswer && !isTruncated() ? Math.max(secondsToKeep, 0) : 0;
  }

  int bytes() {
    return message.length;
  }

  /// The answer to a query with the same question, after this many seconds, in at most `mostBytes`:
  /// what does not fit is left out, and the answer says so.
  ByteBuf answer(ByteBufAllocator allocator, DnsQuery query, int age, int mostBytes) {
    boolean fits = message.length <= mostBytes;
    ByteBuf out = allocator.buffer(fits ? message.length : questionEnd);
    out.writeBytes(message, 0, fits ? message.length : questionEnd);
    out.setShort(0, query.id());
    // It is the server's word, not ours.
    int flags = out.getUnsignedShort(FLAGS_AT) & ~AUTHORITATIVE;
    out.setBytes(DnsQuery.HEADER_BYTES, query.asked());
    if (fits) {
      out.setShort(FLAGS_AT, flags);
      for (int at : ttls) {
        if (at != NEVER) {
          out.setInt(at, Math.max(Math.max(out.getInt(at), 0) - age, 0));
        }
      }
    } else {
      out.setShort(FLAGS_AT, flags | DnsQuery.TRUNCATED);
      out.setZero(6, 6);
    }
    return out;
  }
}
