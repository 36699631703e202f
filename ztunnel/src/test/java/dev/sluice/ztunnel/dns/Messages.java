package dev.sluice.ztunnel.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecordDecoder;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// DNS messages of the tests, written and read byte by byte.
final class Messages {

  static final int A = 1;
  static final int CNAME = 5;
  static final int SOA = 6;
  static final int MX = 15;
  static final int AAAA = 28;
  static final int OPT = 41;
  static final int RESPONSE = 0x8180;

  private Messages() {}

  /// A query for `name` that says nothing about extensions.
  static byte[] query(int id, String name, int type) {
    return bytes(header(id, 0x0100, 1, 0, 0, 0).writeBytes(question(name, type)));
  }

  /// One whose sender takes datagrams of `payload` bytes.
  static byte[] extended(int id, String name, int type, int payload) {
    ByteBuf out = header(id, 0x0100, 1, 0, 0, 1).writeBytes(question(name, type));
    return bytes(out.writeByte(0).writeShort(OPT).writeShort(payload).writeInt(0).writeShort(0));
  }

  static ByteBuf header(int id, int flags, int... counts) {
    ByteBuf out = Unpooled.buffer().writeShort(id).writeShort(flags);
    for (int count : counts) {
      out.writeShort(count);
    }
    return out;
  }

  static byte[] question(String name, int type) {
    ByteBuf out = Unpooled.buffer();
    out.writeBytes(name(name)).writeShort(type).writeShort(1);
    return bytes(out);
  }

  static byte[] name(String name) {
    ByteBuf out = Unpooled.buffer();
    for (String label : name.isEmpty() ? new String[0] : name.split("\\.", -1)) {
      byte[] text = label.getBytes(StandardCharsets.ISO_8859_1);
      out.writeByte(text.length).writeBytes(text);
    }
    return bytes(out.writeByte(0));
  }

  static byte[] bytes(ByteBuf buffer) {
    return ByteBufUtil.getBytes(buffer);
  }

  /// The reply to `query` with these records, whose owner is the name in the question.
  static byte[] reply(byte[] query, int flags, ResourceRecord... answers) {
    return reply(query, flags, List.of(answers), List.of());
  }

  static byte[] reply(
      byte[] query, int flags, List<ResourceRecord> answers, List<ResourceRecord> authority) {
    ByteBuf in = Unpooled.wrappedBuffer(query);
    int questionBytes = questionBytes(query);
    ByteBuf out =
        header(in.getUnsignedShort(0), flags, 1, answers.size(), authority.size(), 0)
            .writeBytes(query, 12, questionBytes);
    for (ResourceRecord record : concat(answers, authority)) {
      out.writeShort(0xc00c).writeShort(record.type()).writeShort(1).writeInt(record.ttl());
      out.writeShort(record.data().length).writeBytes(record.data());
    }
    return bytes(out);
  }

  private static List<ResourceRecord> concat(
      List<ResourceRecord> first, List<ResourceRecord> second) {
    var all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  static int questionBytes(byte[] query) {
    int at = 12;
    while (query[at] != 0) {
      at += 1 + (query[at] & 0xff);
    }
    return at + 5 - 12;
  }

  /// One record of a reply.
  @SuppressWarnings("ArrayRecordComponent")
  record ResourceRecord(int type, int ttl, byte[] data) {

    static ResourceRecord a(int ttl, String address) {
      return new ResourceRecord(A, ttl, InetAddress.ofLiteral(address).getAddress());
    }

    static ResourceRecord soa(int ttl, int minimum) {
      ByteBuf data = Unpooled.buffer().writeBytes(name("ns.example.com"));
      // The second name refers to the question, as servers write it.
      data.writeByte(1).writeByte('h').writeShort(0xc00c);
      data.writeInt(1).writeInt(2).writeInt(3).writeInt(4).writeInt(minimum);
      return new ResourceRecord(SOA, ttl, bytes(data));
    }
  }

  /// What a message of ours says.
  record Read(int id, int flags, List<Answer> answers, List<Answer> additional) {

    int code() {
      return flags & 0xf;
    }

    boolean isAuthoritative() {
      return (flags & 0x0400) != 0;
    }

    boolean isTruncated() {
      return (flags & 0x0200) != 0;
    }

    List<String> addresses() {
      return answers.stream()
          .filter(answer -> answer.type() == A || answer.type() == AAAA)
          .map(Answer::address)
          .toList();
    }
  }

  /// One record of it.
  @SuppressWarnings("ArrayRecordComponent")
  record Answer(String name, int type, long ttl, int dnsClass, byte[] data) {
    String address() {
      try {
        return InetAddress.getByAddress(data).getHostAddress();
      } catch (UnknownHostException impossible) {
        throw new AssertionError(impossible);
      }
    }
  }

  static Read read(byte[] message) {
    ByteBuf in = Unpooled.wrappedBuffer(message);
    int id = in.readUnsignedShort();
    int flags = in.readUnsignedShort();
    int questions = in.readUnsignedShort();
    int answers = in.readUnsignedShort();
    int authority = in.readUnsignedShort();
    int additional = in.readUnsignedShort();
    try {
      for (int i = 0; i < questions; i++) {
        DnsRecordDecoder.DEFAULT.decodeQuestion(in);
      }
      List<Answer> first = records(in, answers);
      records(in, authority);
      return new Read(id, flags, first, records(in, additional));
    } catch (Exception malformed) {
      throw new AssertionError(malformed);
    }
  }

  private static List<Answer> records(ByteBuf in, int count) throws Exception {
    var result = new ArrayList<Answer>();
    for (int i = 0; i < count; i++) {
      var record = DnsRecordDecoder.DEFAULT.decodeRecord(in);
      byte[] data = record instanceof DnsRawRecord raw ? bytes(raw.content()) : new byte[0];
      result.add(
          new Answer(
              record.name(),
              record.type().intValue(),
              record.timeToLive(),
              record.dnsClass(),
              data));
    }
    return result;
  }
}
