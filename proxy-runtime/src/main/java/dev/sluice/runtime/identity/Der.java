package dev.sluice.runtime.identity;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes the few ASN.1 values, in DER, that a certificate request is made of. Source: X.690.
final class Der {

  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;

  private Der() {}

  static byte[] sequence(byte[]... parts) {
    return value(SEQUENCE, parts);
  }

  static byte[] set(byte[]... parts) {
    return value(SET, parts);
  }

  static byte[] octets(byte[] content) {
    return value(OCTET_STRING, content);
  }

  static byte[] bits(byte[] content) {
    return value(BIT_STRING, new byte[] {0}, content);
  }

  static byte[] zero() {
    return new byte[] {0x02, 1, 0};
  }

  static byte[] yes() {
    return new byte[] {0x01, 1, (byte) 0xff};
  }

  /// A context-specific value that holds others.
  static byte[] tagged(int number, byte[] content) {
    return value(0xa0 | number, content);
  }

  /// A context-specific value that is text.
  static byte[] taggedText(int number, String text) {
    return value(0x80 | number, text.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] oid(int first, int second, int... rest) {
    var content = new ByteArrayOutputStream();
    content.write(first * 40 + second);
    for (int part : rest) {
      for (int shift = 28; shift > 0; shift -= 7) {
        if (part >>> shift != 0) {
          content.write(0x80 | (part >>> shift & 0x7f));
        }
      }
      content.write(part & 0x7f);
    }
    return value(OBJECT_IDENTIFIER, content.toByteArray());
  }

  private static byte[] value(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    var out = new ByteArrayOutputStream(length + 6);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >>> 8);
      out.write(length & 0xff);
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
