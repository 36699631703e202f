package dev.sluice.ztunnel.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Writes answers of our own, and the queries that are sent on.
final class MessageWriter {

  /// Seconds an answer may be kept. Source: ztunnel's DNS proxy.
  static final int TTL_SECONDS = 30;

  private static final int RESPONSE = 0x8000;
  private static final int AUTHORITATIVE = 0x0400;
  private static final int RECURSION_AVAILABLE = 0x0080;
  private static final int COPIED = DnsQuery.RECURSION_DESIRED | DnsQuery.CHECKING_DISABLED;
  private static final int AUTHENTIC_DATA = 0x0020;
  private static final int LOW_CODE = 0xf;
  private static final int POINTER = 0xc000;
  private static final int FLAGS_AT = 2;
  private static final int ANSWERS_AT = 6;
  private static final int TYPE_CNAME = 5;
  private static final int TYPE_OPT = 41;
  private static final int CLASS_IN = 1;
  private static final int RECORD_BYTES = 12;
  private static final int OPTION_BYTES = 11;
  private static final int CODE_BITS = 4;
  private static final int HIGH_CODE_SHIFT = 24;

  private MessageWriter() {}

  /// An answer without records, for a message whose question cannot be repeated.
  static ByteBuf refusal(ByteBufAllocator allocator, DnsQuery.Parsed.Refused refused) {
    ByteBuf out = allocator.buffer(DnsQuery.HEADER_BYTES + OPTION_BYTES);
    boolean isExtended = refused.code() > LOW_CODE;
    int flags = RESPONSE | (refused.flags() & (COPIED | 0x7800)) | (refused.code() & LOW_CODE);
    header(out, refused.id(), flags, new int[] {0, 0, 0, isExtended ? 1 : 0});
    if (isExtended) {
      option(out, 0, refused.code() >> CODE_BITS);
    }
    return out;
  }

  /// An answer without records.
  static ByteBuf failure(ByteBufAllocator allocator, DnsQuery query, int code) {
    ByteBuf out = allocator.buffer(Edns.LEAST_PAYLOAD);
    begin(out, query, RECURSION_AVAILABLE | code);
    end(out, query);
    return out;
  }

  /// Addresses for a name of the mesh, under the name it is properly called by where the query used
  /// another; a list too long for `mostBytes` is cut and says so.
  static ByteBuf addresses(
      ByteBufAllocator allocator, DnsQuery query, MeshAnswer.Known known, int mostBytes) {
    ByteBuf out = allocator.buffer(Edns.LEAST_PAYLOAD);
    begin(out, query, AUTHORITATIVE | RECURSION_AVAILABLE);
    int reserved = query.edns() instanceof Edns.Offered ? OPTION_BYTES : 0;
    int owner = DnsQuery.HEADER_BYTES;
    int answers = 0;
    if (!known.properName().isEmpty()) {
      owner = alias(out, owner, known.properName());
      answers++;
    }
    for (InetAddress address : known.addresses()) {
      byte[] data = address.getAddress();
      if (out.writerIndex() + RECORD_BYTES + data.length + reserved > mostBytes) {
        out.setShort(FLAGS_AT, out.getUnsignedShort(FLAGS_AT) | DnsQuery.TRUNCATED);
        break;
      }
      record(out, owner, query.type().intValue());
      out.writeShort(data.length).writeBytes(data);
      answers++;
    }
    out.setShort(ANSWERS_AT, answers);
    end(out, query);
    return out;
  }

  private static int alias(ByteBuf out, int owner, String properName) {
    record(out, owner, TYPE_CNAME);
    int lengthAt = out.writerIndex();
    out.writeShort(0);
    int nameAt = out.writerIndex();
    name(out, properName);
    out.setShort(lengthAt, out.writerIndex() - nameAt);
    return nameAt;
  }

  private static void record(ByteBuf out, int owner, int type) {
    out.writeShort(POINTER | owner).writeShort(type).writeShort(CLASS_IN).writeInt(TTL_SECONDS);
  }

  private static void name(ByteBuf out, String name) {
    for (String label : List.of(name.split("\\.", -1))) {
      byte[] bytes = label.getBytes(StandardCharsets.US_ASCII);
      out.writeByte(bytes.length).writeBytes(bytes);
    }
    out.writeByte(0);
  }

  /// The same question under an identifier of our own.
  static ByteBuf onward(ByteBufAllocator allocator, DnsQuery query, int id) {
    ByteBuf out = allocator.buffer(Edns.LEAST_PAYLOAD);
    boolean isExtended = query.edns() instanceof Edns.Offered;
    int flags = query.flags() & (COPIED | AUTHENTIC_DATA);
    header(out, id, flags, new int[] {1, 0, 0, isExtended ? 1 : 0});
    out.writeBytes(query.asked());
    end(out, query);
    return out;
  }

  private static void begin(ByteBuf out, DnsQuery query, int flags) {
    int additional = query.edns() instanceof Edns.Offered ? 1 : 0;
    header(
        out,
        query.id(),
        RESPONSE | flags | (query.flags() & COPIED),
        new int[] {1, 0, 0, additional});
    out.writeBytes(query.asked());
  }

  private static void end(ByteBuf out, DnsQuery query) {
    if (query.edns() instanceof Edns.Offered(int _, int flags)) {
      option(out, flags, 0);
    }
  }

  private static void option(ByteBuf out, int flags, int highCode) {
    out.writeByte(0)
        .writeShort(TYPE_OPT)
        .writeShort(Edns.SAFE_PAYLOAD)
        .writeInt((highCode << HIGH_CODE_SHIFT) | flags)
        .writeShort(0);
  }

  private static void header(ByteBuf out, int id, int flags, int[] counts) {
    out.writeShort(id).writeShort(flags);
    for (int count : counts) {
      out.writeShort(count);
    }
  }
}
