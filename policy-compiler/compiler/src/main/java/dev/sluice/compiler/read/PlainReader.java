package dev.sluice.compiler.read;

import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.compiler.read.PlainText.Line;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The quick way for files in which there is nothing to differ about.
///
/// A small subset of YAML: printable ASCII without tabs; bare `---` lines between documents; block
/// mappings and lists; brackets that close on their line; text in quotes without escapes, and text
/// without quotes made of few characters that is no number, date or word to any reader unless it is
/// one to all; comments. No empty values, no value that goes on in a second line, no anchor, tag,
/// directive or key twice. A file that leaves the subset anywhere is not read here at all: what is
/// wrong with it, or only uncommon, is said by the two parsers of YAML, of which neither sees a
/// file that was read here. That the three see the same is what `PlainReaderTest` is for.
final class PlainReader {

  /// Levels of nesting, fewer than the parsers allow.
  static final int MAX_DEPTH = 32;

  /// Fields of a mapping, so that looking for a key twice stays cheap.
  private static final int MAX_FIELDS = 128;

  private final PlainText text;
  private Line next = Line.END;

  private PlainReader(PlainText text) {
    this.text = text;
  }

  /// The roots of a file's documents, empty ones left out; nothing when the file is not all plain.
  static Optional<List<Node>> read(SourceFile source) {
    String file = source.path();
    if (TwoParsers.isJson(file) || source.size() > TextCheck.limit(file)) {
      return Optional.empty();
    }
    var text = new PlainText(file, source.bytes());
    return text.isPrintable()
        ? Optional.ofNullable(new PlainReader(text).documents(FileParser.maxDocuments(file)))
        : Optional.empty();
  }

  private @Nullable List<Node> documents(int limit) {
    List<Node> roots = new ArrayList<>();
    int separators = 0;
    next = text.findContent();
    while (next != Line.END) {
      if (next == Line.SEPARATOR) {
        separators++;
        advance();
      } else {
        Node root = text.indent() == 0 ? mapping(0, null, 1) : null;
        if (root == null) {
          return null;
        }
        roots.add(root);
      }
    }
    return separators < limit ? roots : null;
  }

  /// Goes to the next line with content; what is left of this one was looked at.
  private void advance() {
    text.leaveLine();
    next = text.findContent();
  }

  /// The mapping whose keys stand in `column`. Its first key was read already, or is next.
  private @Nullable MappingNode mapping(int column, @Nullable ScalarNode first, int depth) {
    Span start = first == null ? text.here() : first.span();
    List<Entry> entries = new ArrayList<>(6);
    ScalarNode key = first == null ? text.key() : first;
    while (key != null) {
      boolean fits = depth < MAX_DEPTH && mayFollow(entries, key);
      Node value = fits ? valueOf(column, depth + 1) : null;
      if (value == null) {
        return null;
      }
      entries.add(new Entry(key, value));
      if (next != Line.CONTENT || text.indent() < column) {
        return new MappingNode(entries, join(start, value.span()));
      }
      key = text.indent() == column ? text.key() : null;
    }
    return null;
  }

  /// Whether another field may follow: this one is not there already, and there are few.
  static boolean mayFollow(List<Entry> entries, ScalarNode key) {
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).key().text().equals(key.text())) {
        return false;
      }
    }
    return entries.size() < MAX_FIELDS;
  }

  /// The value of a key in `column`: on the rest of its line, or below.
  private @Nullable Node valueOf(int column, int depth) {
    if (!text.isLineEmpty()) {
      return lastOfLine(text.value(depth));
    }
    advance();
    if (next != Line.CONTENT) {
      return null;
    }
    int below = text.indent();
    if (text.isDash()) {
      return below >= column ? sequence(below, depth) : null;
    }
    return below > column ? mapping(below, null, depth) : null;
  }

  /// The list whose dashes stand in `column`.
  private @Nullable SequenceNode sequence(int column, int depth) {
    Span start = text.here();
    List<Node> items = new ArrayList<>(4);
    while (next == Line.CONTENT && text.indent() == column && text.isDash()) {
      Node item = depth >= MAX_DEPTH ? null : item(depth + 1);
      if (item == null) {
        return null;
      }
      items.add(item);
    }
    return new SequenceNode(items, join(start, items.getLast().span()));
  }

  private @Nullable Node item(int depth) {
    text.skipDash();
    int column = text.column();
    Node value = text.value(depth);
    return value instanceof ScalarNode scalar && text.asKey(scalar)
        ? mapping(column, scalar, depth)
        : lastOfLine(value);
  }

  /// A value behind which only a comment may stand.
  private @Nullable Node lastOfLine(@Nullable Node value) {
    if (value == null || !text.isLineEmpty()) {
      return null;
    }
    advance();
    return value;
  }

  private static Span join(Span start, Span end) {
    return new Span(start.file(), start.line(), start.column(), end.endLine(), end.endColumn());
  }
}
