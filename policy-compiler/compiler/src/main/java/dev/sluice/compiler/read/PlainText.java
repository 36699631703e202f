package dev.sluice.compiler.read;

import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.ScalarType;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.compiler.read.Node.Style;
import dev.sluice.compiler.source.Span;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The characters of a file for [PlainReader]: its lines, and the values that stand on one of them.
///
/// Every method that returns a node returns null where the file leaves the subset; nothing is read
/// on then.
final class PlainText {

  /// Longer keys are no simple keys to every reader: YAML 1.1 ends at 1024.
  private static final int MAX_KEY = 128;

  /// Longer values are rarely there twice.
  private static final int MAX_SHARED = 32;

  private final String file;
  private final byte[] bytes;
  private final @Nullable String[] keys = new String[128];
  private final @Nullable String[] values = new String[128];
  private int at;
  private int line = 1;
  private int lineStart;
  private int indent;

  PlainText(String file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  /// Whether all is printable ASCII in lines, without tabs or carriage returns.
  boolean isPrintable() {
    for (byte b : bytes) {
      if ((b < ' ' && b != '\n') || b == 0x7F) {
        return false;
      }
    }
    return true;
  }

  /// What a line is to the structure of a file.
  enum Line {
    CONTENT,
    SEPARATOR,
    END
  }

  /// Goes to the first line with content from here on, which has to be the start of a line.
  Line findContent() {
    while (at < bytes.length) {
      lineStart = at;
      while (peek() == ' ') {
        at++;
      }
      byte c = peek();
      if (c != '\n' && c != '#') {
        indent = at - lineStart;
        return isSeparator() ? Line.SEPARATOR : Line.CONTENT;
      }
      leaveLine();
    }
    return Line.END;
  }

  private boolean isSeparator() {
    return indent == 0 && peek() == '-' && peek(1) == '-' && peek(2) == '-' && peek(3) == '\n';
  }

  /// Leaves the current line, whatever is on the rest of it.
  void leaveLine() {
    while (at < bytes.length && bytes[at] != '\n') {
      at++;
    }
    at++;
    line++;
  }

  /// Spaces before the content of the current line.
  int indent() {
    return indent;
  }

  /// Zero-based.
  int column() {
    return at - lineStart;
  }

  /// Whether an item of a list starts here.
  boolean isDash() {
    return peek() == '-' && peek(1) == ' ';
  }

  void skipDash() {
    at++;
    skipSpaces();
  }

  /// The empty span before the next character.
  Span here() {
    return spanFrom(at);
  }

  /// Whether nothing but spaces and a comment is left on the line.
  boolean isLineEmpty() {
    int start = at;
    skipSpaces();
    return peek() == '\n' || (peek() == '#' && at > start);
  }

  /// Whether a colon that ends a key comes next; goes behind it then.
  boolean skipColon() {
    if (peek() != ':' || (peek(1) != ' ' && peek(1) != '\n')) {
      return false;
    }
    at++;
    return true;
  }

  /// The value that starts here and ends on this line; the first character after it is next.
  @Nullable Node value(int depth) {
    skipSpaces();
    byte c = peek();
    return switch (c) {
      case '{' -> flowMapping(depth);
      case '[' -> flowSequence(depth);
      case '"', '\'' -> quoted(c);
      default -> plain(plainEnd());
    };
  }

  /// The key that starts here; its colon is skipped.
  @Nullable ScalarNode key() {
    int start = at;
    int end = wordEnd();
    if (end - start > MAX_KEY || !PlainWords.isSafe(bytes, start, end)) {
      return null;
    }
    at = end;
    var key = new ScalarNode(keyText(start, end), Style.PLAIN, spanFrom(start));
    return asKey(key) ? key : null;
  }

  /// Whether a scalar that was just read is a key that all readers take for the same one; its colon
  /// is skipped then.
  boolean asKey(ScalarNode scalar) {
    String text = scalar.text();
    boolean shaped =
        scalar.style() == Style.PLAIN
            && text.length() <= MAX_KEY
            && text.indexOf(' ') < 0
            && text.indexOf(',') < 0
            && text.indexOf(':') < 0;
    boolean meansItself =
        text.length() > PlainWords.LONGEST_SPECIAL
            || scalar.resolve() == ScalarType.TEXT
            || scalar.resolve() == ScalarType.NUMBER;
    return shaped && meansItself && skipColon();
  }

  /// Equal keys of a file are one object, the same as the words in this program.
  private String keyText(int start, int end) {
    int slot = slot(start, end, keys.length);
    String known = keys[slot];
    if (known != null && isText(known, start, end)) {
      return known;
    }
    String made = text(start, end).intern();
    keys[slot] = made;
    return made;
  }

  /// Equal short values are mostly one object too.
  private String valueText(int start, int end) {
    if (end - start > MAX_SHARED) {
      return text(start, end);
    }
    int slot = slot(start, end, values.length);
    String known = values[slot];
    if (known != null && isText(known, start, end)) {
      return known;
    }
    String made = text(start, end);
    values[slot] = made;
    return made;
  }

  private int slot(int start, int end, int slots) {
    int hash = end - start;
    for (int i = start; i < end; i++) {
      hash = hash * 31 + bytes[i];
    }
    return (hash ^ (hash >>> 7)) & (slots - 1);
  }

  private boolean isText(String known, int start, int end) {
    int length = end - start;
    if (known.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (known.charAt(i) != bytes[start + i]) {
        return false;
      }
    }
    return true;
  }

  private @Nullable MappingNode flowMapping(int depth) {
    int start = at++;
    List<Entry> entries = new ArrayList<>(4);
    skipSpaces();
    boolean more = peek() != '}';
    while (more) {
      ScalarNode key = key();
      boolean fits =
          key != null && depth < PlainReader.MAX_DEPTH && PlainReader.mayFollow(entries, key);
      Node value = fits ? flowValue(depth + 1) : null;
      if (key == null || value == null) {
        return null;
      }
      entries.add(new Entry(key, value));
      more = skipComma();
    }
    return skip('}') ? new MappingNode(entries, spanFrom(start)) : null;
  }

  private @Nullable SequenceNode flowSequence(int depth) {
    int start = at++;
    List<Node> items = new ArrayList<>(4);
    skipSpaces();
    boolean more = peek() != ']';
    while (more) {
      Node item = depth >= PlainReader.MAX_DEPTH ? null : flowValue(depth + 1);
      if (item == null) {
        return null;
      }
      items.add(item);
      more = skipComma();
    }
    return skip(']') ? new SequenceNode(items, spanFrom(start)) : null;
  }

  private @Nullable Node flowValue(int depth) {
    skipSpaces();
    byte c = peek();
    return switch (c) {
      case '{' -> flowMapping(depth);
      case '[' -> flowSequence(depth);
      case '"', '\'' -> quoted(c);
      default -> plain(wordEnd());
    };
  }

  private boolean skipComma() {
    skipSpaces();
    if (!skip(',')) {
      return false;
    }
    skipSpaces();
    return true;
  }

  private boolean skip(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  /// Text in quotes without the character that could escape something in it.
  private @Nullable ScalarNode quoted(byte quote) {
    int start = at;
    int end = start + 1;
    byte escape = quote == '"' ? (byte) '\\' : quote;
    while (end < bytes.length && bytes[end] != quote) {
      if (bytes[end] == '\n' || bytes[end] == escape) {
        return null;
      }
      end++;
    }
    if (end >= bytes.length) {
      return null;
    }
    at = end + 1;
    // two quotes are one in the text
    return peek() == quote
        ? null
        : new ScalarNode(valueText(start + 1, end), Style.QUOTED, spanFrom(start));
  }

  /// The text up to `end`, when every reader takes it for the same value.
  private @Nullable ScalarNode plain(int end) {
    int start = at;
    if (!PlainWords.isSafe(bytes, start, end)) {
      return null;
    }
    at = end;
    return new ScalarNode(valueText(start, end), Style.PLAIN, spanFrom(start));
  }

  /// Where the word ends that starts here; here, when it is none.
  private int wordEnd() {
    int end = at;
    if (end < bytes.length && PlainWords.mayStart(bytes[end])) {
      do {
        end++;
      } while (end < bytes.length && PlainWords.mayContain(bytes[end]));
    }
    return end;
  }

  /// Where the text without quotes ends that starts here: words with spaces, commas and colons
  /// between them. Here, when there is something else on the line that is no comment.
  private int plainEnd() {
    int end = wordEnd();
    int next = end;
    while (next > at) {
      byte c = next < bytes.length ? bytes[next] : (byte) '\n';
      if (PlainWords.mayContain(c)) {
        next++;
        end = next;
      } else if (c == ' ') {
        next++;
      } else if (isInside(c, next)) {
        next++;
        end = next;
      } else {
        boolean ends = c == '\n' || (c == '#' && next > end) || (c == ':' && next == end);
        return ends ? end : at;
      }
    }
    return end;
  }

  /// Whether a comma or colon is part of a text: it ends a word, and a colon starts another.
  private boolean isInside(byte c, int position) {
    boolean ends = PlainWords.mayContain(bytes[position - 1]);
    boolean starts = position + 1 < bytes.length && PlainWords.mayContain(bytes[position + 1]);
    return ends && (c == ',' || (c == ':' && starts));
  }

  private void skipSpaces() {
    while (peek() == ' ') {
      at++;
    }
  }

  private byte peek() {
    return at < bytes.length ? bytes[at] : (byte) '\n';
  }

  private byte peek(int ahead) {
    return at + ahead < bytes.length ? bytes[at + ahead] : (byte) '\n';
  }

  private String text(int start, int end) {
    return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
  }

  private Span spanFrom(int start) {
    return new Span(file, line, start - lineStart + 1, line, at - lineStart + 1);
  }
}
