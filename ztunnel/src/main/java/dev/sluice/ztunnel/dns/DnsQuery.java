package dev.sluice.ztunnel.dns;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// A query with one question.
///
/// @param flags the header's second word
/// @param name what is asked for, in lower case and without the last dot; empty for the root
/// @param asked the question as it came: its name, type and class
@SuppressWarnings("ArrayRecordComponent") // compared by nobody, and never changed
record DnsQuery(int id, int flags, String name, DnsRecordType type, byte[] asked, Edns edns) {

  static final int HEADER_BYTES = 12;
  static final int TYPE_AND_CLASS_BYTES = 4;

  /// Bytes in a query, at most: a header, the longest question and room for options.
  static final int MOST_BYTES = 4_096;

  private static final int RESPONSE = 0x8000;
  private static final int OPCODE = 0x7800;
  static final int TRUNCATED = 0x0200;
  static final int RECURSION_DESIRED = 0x0100;
  static final int CHECKING_DISABLED = 0x0010;
  private static final int MOST_ADDITIONAL = 8;
  private static final int CLASS_IN = 1;
  private static final int VERSION_SHIFT = 16;

  /// What a message is.
  sealed interface Parsed {

    /// A query that can be answered.
    record Asked(DnsQuery query) implements Parsed {}

    /// A query that is answered by this code and nothing else.
    record Refused(int id, int flags, int code) implements Parsed {}

    /// Nothing that is answered at all, lest two servers talk to each other for ever.
    record Ignored() implements Parsed {}
  }

  /// Reads a message, which begins where `message` is to be read from.
  static Parsed parse(ByteBuf message) {
    int bytes = message.readableBytes();
    if (bytes < HEADER_BYTES || bytes > MOST_BYTES) {
      return new Parsed.Ignored();
    }
    // Names refer to each other by their distance from the start of the message.
    ByteBuf in = message.slice();
    int id = in.readUnsignedShort();
    int flags = in.readUnsignedShort();
    if ((flags & RESPONSE) != 0) {
      return new Parsed.Ignored();
    }
    if ((flags & OPCODE) != 0) {
      return new Parsed.Refused(id, flags, Rcode.NOT_IMPLEMENTED);
    }
    int questions = in.readUnsignedShort();
    int records = in.readUnsignedShort() + in.readUnsignedShort();
    int additional = in.readUnsignedShort();
    if (questions != 1 || records != 0 || additional > MOST_ADDITIONAL) {
      return new Parsed.Refused(id, flags, Rcode.FORMAT_ERROR);
    }
    try {
      return parse(in, new Head(id, flags), additional);
    } catch (Exception malformed) {
      // The decoder says so by several exceptions, checked and unchecked.
      return new Parsed.Refused(id, flags, Rcode.FORMAT_ERROR);
    }
  }

  private record Head(int id, int flags) {
    Parsed refused(int code) {
      return new Parsed.Refused(id, flags, code);
    }
  }

  private static Parsed parse(ByteBuf in, Head head, int additional) throws Exception {
    DnsQuestion question = DnsRecordDecoder.DEFAULT.decodeQuestion(in);
    byte[] asked = ByteBufUtil.getBytes(in, HEADER_BYTES, in.readerIndex() - HEADER_BYTES, true);
    if (!isPlain(asked, question.name())) {
      return head.refused(Rcode.FORMAT_ERROR);
    }
    Optional<DnsRecord> options = Optional.empty();
    for (int i = 0; i < additional; i++) {
      DnsRecord record = DnsRecordDecoder.DEFAULT.decodeRecord(in);
      if (record == null) {
        return head.refused(Rcode.FORMAT_ERROR);
      }
      // Type, class and TTL stay readable, and the data is of no interest.
      ReferenceCountUtil.release(record);
      if (record.type().equals(DnsRecordType.OPT)) {
        if (options.isPresent()) {
          return head.refused(Rcode.FORMAT_ERROR);
        }
        options = Optional.of(record);
      }
    }
    int version = options.map(opt -> (int) (opt.timeToLive() >> VERSION_SHIFT) & 0xff).orElse(0);
    if (version != 0) {
      return head.refused(Rcode.BAD_VERSION);
    }
    Edns edns = options.<Edns>map(DnsQuery::edns).orElseGet(Edns.None::new);
    return new Parsed.Asked(
        new DnsQuery(head.id(), head.flags(), name(question), question.type(), asked, edns));
  }

  private static Edns edns(DnsRecord options) {
    return new Edns.Offered(options.dnsClass(), (int) options.timeToLive() & 0xffff);
  }

  private static String name(DnsQuestion question) {
    String name = question.name();
    return name.substring(0, name.length() - 1).toLowerCase(Locale.ROOT);
  }

  // A question refers to no other name, because there is none before it.
  private static boolean isPlain(byte[] asked, String name) {
    int written = name.equals(".") ? 1 : name.getBytes(StandardCharsets.UTF_8).length + 1;
    return asked.length == written + TYPE_AND_CLASS_BYTES;
  }

  /// Whether it asks for addresses of the Internet, which alone the mesh knows.
  boolean asksForAddresses() {
    boolean isInternet =
        (asked[asked.length - 2] & 0xff) == 0 && asked[asked.length - 1] == CLASS_IN;
    return isInternet && (type.equals(DnsRecordType.A) || type.equals(DnsRecordType.AAAA));
  }

  /// What two queries have in common that may be given the same answer.
  String sameness() {
    String text = new String(asked, StandardCharsets.ISO_8859_1);
    int name = text.length() - TYPE_AND_CLASS_BYTES;
    String extensions =
        switch (edns) {
          case Edns.None() -> "";
          case Edns.Offered(int _, int extended) -> "+" + extended;
        };
    int relevant = flags & (RECURSION_DESIRED | CHECKING_DISABLED);
    return lowerCase(text.substring(0, name)) + text.substring(name) + relevant + extensions;
  }

  // Only the letters of ASCII are the same in both cases; other bytes are no letters.
  private static String lowerCase(String text) {
    var result = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        result.setCharAt(i, (char) (c + ('a' - 'A')));
      }
    }
    return result.toString();
  }
}
