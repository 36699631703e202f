package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.Span;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The checks on bytes and characters that come before any parser sees a file.
final class TextCheck {

  /// Bytes a file may have.
  static final int MAX_FILE_BYTES = 1 << 20;

  /// Bytes standard input may have: the rendered objects of a whole environment.
  static final int MAX_STREAM_BYTES = 16 << 20;

  private static final int MAX_FINDINGS = 10;

  private final String file;
  private final Diagnostics diagnostics;
  private int line = 1;
  private int column = 1;
  private int findings;

  private TextCheck(String file, Diagnostics diagnostics) {
    this.file = file;
    this.diagnostics = diagnostics;
  }

  /// The text of a file without a leading byte order mark; empty when it had findings.
  static Optional<String> decode(SourceFile source, Diagnostics diagnostics) {
    TextCheck check = new TextCheck(source.path(), diagnostics);
    int limit = limit(source.path());
    if (source.size() > limit) {
      check.report(
          Code.TOO_LARGE,
          Span.startOf(source.path()),
          new Text(
              "file has more bytes than the limit of " + limit,
              "the limit keeps reading cheap whatever a file contains",
              "split the file"));
      return Optional.empty();
    }
    byte[] bytes = source.bytes();
    return isPlain(bytes)
        ? Optional.of(new String(bytes, StandardCharsets.ISO_8859_1))
        : check.decodeUtf8(bytes).flatMap(check::withoutForbidden);
  }

  /// Bytes an input of this name may have.
  static int limit(String path) {
    return path.equals(SourceFiles.STDIN) ? MAX_STREAM_BYTES : MAX_FILE_BYTES;
  }

  /// Whether all is printable ASCII in lines, as nearly every file is.
  private static boolean isPlain(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0x20 ? b != '\n' && b != '\t' : b == 0x7F) {
        return false;
      }
    }
    return true;
  }

  private Optional<String> decodeUtf8(byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    CharBuffer out = CharBuffer.allocate(bytes.length + 1);
    CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), out, true);
    String text = out.flip().toString();
    if (!result.isError()) {
      return Optional.of(text);
    }
    text.codePoints().forEach(this::advance);
    report(
        Code.FILE_UNREADABLE,
        here(),
        new Text(
            "file is not UTF-8 here",
            "other readers would guess an encoding and could see other text",
            "save the file as UTF-8"));
    return Optional.empty();
  }

  private Optional<String> withoutForbidden(String decoded) {
    String text = decoded.startsWith("\uFEFF") ? decoded.substring(1) : decoded;
    int i = 0;
    while (i < text.length() && findings < MAX_FINDINGS) {
      int c = text.codePointAt(i);
      boolean isFirstOfPair = c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n';
      if (isForbidden(c) || (c == '\r' && !isFirstOfPair)) {
        report(
            Code.FORBIDDEN_CHARACTER,
            here(),
            new Text(
                "forbidden character " + name(c),
                "it is invisible or is a line break to some readers only, so a reviewer and a"
                    + " parser could see different text",
                "remove it"));
      }
      if (!isFirstOfPair) {
        advance(c);
      }
      i += Character.charCount(c);
    }
    return findings == 0 ? Optional.of(text) : Optional.empty();
  }

  private void advance(int c) {
    if (c == '\n' || c == '\r') {
      line++;
      column = 1;
    } else {
      column++;
    }
  }

  private Span here() {
    return new Span(file, line, column, line, column + 1);
  }

  private void report(Code code, Span span, Text text) {
    findings++;
    diagnostics.report(code, span, null, text);
  }

  /// The notation `U+2028` with the purpose of well-known ones.
  static String name(int c) {
    String what =
        switch (c) {
          case 0x0D -> " (carriage return without line feed)";
          case 0x85 -> " (next line)";
          case 0x2028 -> " (line separator)";
          case 0x2029 -> " (paragraph separator)";
          case 0xFEFF -> " (byte order mark)";
          default -> isBidi(c) ? " (changes the direction of text)" : "";
        };
    return String.format("U+%04X", c) + what;
  }

  /// Controls, hidden line breaks, direction changes and invisible characters.
  static boolean isForbidden(int c) {
    boolean control = c < 0x20 ? c != '\t' && c != '\n' && c != '\r' : c >= 0x7F && c <= 0x9F;
    boolean invisible =
        (c >= 0x200B && c <= 0x200D)
            || (c >= 0x2060 && c <= 0x2065)
            || (c >= 0x206A && c <= 0x206F)
            || c == 0x00AD
            || c == 0x034F
            || c == 0x115F
            || c == 0x1160
            || (c >= 0x17B4 && c <= 0x17B5)
            || (c >= 0x180B && c <= 0x180F)
            || c == 0x3164
            || c == 0xFFA0
            || (c >= 0x1D173 && c <= 0x1D17A)
            || c == 0xFEFF
            || (c >= 0xFFF9 && c <= 0xFFFB)
            || (c >= 0xE0000 && c <= 0xE007F);
    boolean noCharacter = (c & 0xFFFE) == 0xFFFE || (c >= 0xD800 && c <= 0xDFFF);
    return control || invisible || noCharacter || isBidi(c) || c == 0x2028 || c == 0x2029;
  }

  private static boolean isBidi(int c) {
    return c == 0x061C
        || c == 0x200E
        || c == 0x200F
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069);
  }
}
