package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.ScalarType;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.compiler.read.Node.Style;
import dev.sluice.compiler.read.ReadDocument.Soundness;
import dev.sluice.compiler.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Builds located nodes from the parser's events and refuses what readers take differently.
final class FileParser {

  /// Levels of nesting a document may have.
  static final int MAX_DEPTH = 64;

  /// Documents a file may have.
  static final int MAX_DOCUMENTS = 1_000;

  /// Documents standard input may have.
  static final int MAX_STREAM_DOCUMENTS = 20_000;

  /// Problems after which a file is not read on.
  static final int MAX_PROBLEMS = 100;

  private static final String FLOW_INDICATORS = ",[]{}";

  /// A document's root node with its soundness; the root is null for an empty document.
  record Parsed(@Nullable Node root, Soundness soundness) {}

  /// What a file consists of. `separators` counts explicit document starts.
  record ParsedFile(List<Parsed> documents, int separators, Soundness soundness) {}

  private final String file;
  private final String text;
  private final Diagnostics diagnostics;
  private final Iterator<Event> events;
  private String @Nullable [] lines;
  private final boolean hasTightColon;
  private boolean unsound;
  private boolean fileUnsound;
  private boolean stopped;
  private int problems;

  private FileParser(String file, String text, Diagnostics diagnostics) {
    this.file = file;
    this.text = text;
    this.diagnostics = diagnostics;
    this.hasTightColon = hasTightColon(text);
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setUseMarks(true)
            .setParseComments(false)
            .setCodePointLimit(TextCheck.limit(file) + 1)
            .build();
    this.events = new Parse(settings).parseString(text).iterator();
  }

  static ParsedFile parse(String file, String text, Diagnostics diagnostics) {
    return new FileParser(file, text, diagnostics).documents();
  }

  /// Documents an input of this name may have.
  static int maxDocuments(String file) {
    return file.equals(SourceFiles.STDIN) ? MAX_STREAM_DOCUMENTS : MAX_DOCUMENTS;
  }

  private ParsedFile documents() {
    List<Parsed> documents = new ArrayList<>();
    int limit = maxDocuments(file);
    int separators = 0;
    try {
      while (events.hasNext() && !stopped) {
        if (events.next() instanceof DocumentStartEvent start) {
          separators += start.isExplicit() ? 1 : 0;
          unsound = false;
          Node root = node(events.next(), 1);
          if (root != null && !stopped) {
            documents.add(parsed(root));
          }
        }
        if (documents.size() > limit) {
          stopped = true;
          problem(
              Code.TOO_LARGE,
              Span.startOf(file),
              new Text("file has more than " + limit + " documents", "", "split the file"));
        }
      }
    } catch (MarkedYamlEngineException e) {
      syntaxError(e.getProblem(), e.getProblemMark().or(e::getContextMark));
    } catch (YamlEngineException e) {
      syntaxError(String.valueOf(e.getMessage()), Optional.empty());
    }
    return new ParsedFile(documents, separators, fileUnsound ? Soundness.UNSOUND : Soundness.SOUND);
  }

  private Parsed parsed(Node root) {
    boolean empty = root instanceof ScalarNode s && s.style() == Style.PLAIN && s.text().isEmpty();
    return new Parsed(empty ? null : root, unsound ? Soundness.UNSOUND : Soundness.SOUND);
  }

  /// The node that starts with `event`; null when reading the file cannot go on.
  private @Nullable Node node(Event event, int depth) {
    if (stopped) {
      return null;
    }
    if (event instanceof NodeEvent named && !(event instanceof AliasEvent)) {
      checkProperties(named);
    }
    return switch (event) {
      case ScalarEvent scalar -> scalar(scalar);
      case CollectionStartEvent start when depth > MAX_DEPTH -> {
        stopped = true;
        problem(
            Code.TOO_DEEP,
            span(start, start),
            new Text(
                "nested deeper than " + MAX_DEPTH + " levels",
                "deep nesting is how parsers are brought down",
                "flatten the document"));
        yield null;
      }
      case MappingStartEvent start -> mapping(start, depth);
      case CollectionStartEvent start -> sequence(start, depth);
      default -> {
        problem(
            Code.ALIAS,
            span(event, event),
            new Text(
                "alias `" + excerpt(event) + "`",
                "aliases hide what a document says, and readers resolve them differently",
                "write the value out"));
        yield new ScalarNode("", Style.PLAIN, span(event, event));
      }
    };
  }

  private Node scalar(ScalarEvent event) {
    var scalar = new ScalarNode(event.getValue(), style(event), span(event, event));
    if (hasTightColon && scalar.style() == Style.PLAIN) {
      checkColonAfter(scalar.span());
    }
    return scalar;
  }

  /// In `{a:}` and `[a:,b]` kubectl takes the colon for a part of the text.
  private void checkColonAfter(Span span) {
    String line = lines()[span.endLine() - 1];
    int at = line.offsetByCodePoints(0, Math.min(span.endColumn() - 1, line.length()));
    if (at + 1 < line.length()
        && line.charAt(at) == ':'
        && FLOW_INDICATORS.indexOf(line.charAt(at + 1)) >= 0) {
      problem(
          Code.READERS_DISAGREE,
          span,
          new Text(
              "colon without space before `" + line.charAt(at + 1) + "`",
              "some readers take it for the end of a key, Kubernetes for a part of the text",
              "put a space after the colon, or quote the text"));
    }
  }

  private static boolean hasTightColon(String text) {
    return text.contains(":,")
        || text.contains(":[")
        || text.contains(":]")
        || text.contains(":{")
        || text.contains(":}");
  }

  private void checkProperties(NodeEvent event) {
    if (event.getAnchor().isPresent()) {
      problem(
          Code.ALIAS,
          span(event, event),
          new Text(
              "anchor `&" + event.getAnchor().get() + "`",
              "aliases hide what a document says, and readers resolve them differently",
              "remove the anchor"));
    }
    Optional<String> tag =
        switch (event) {
          case ScalarEvent scalar -> scalar.getTag();
          case CollectionStartEvent start -> start.getTag();
          default -> Optional.empty();
        };
    if (tag.isPresent()) {
      problem(
          Code.TAG,
          span(event, event),
          new Text(
              "explicit tag `" + tag.get() + "`",
              "readers treat tags differently: some decode, some ignore them",
              "remove the tag and quote the value if it is text"));
    }
  }

  private @Nullable Node mapping(MappingStartEvent start, int depth) {
    List<Entry> entries = new ArrayList<>();
    Map<String, Span> seen = new HashMap<>();
    Event event = events.next();
    while (event instanceof NodeEvent) {
      Node key = node(event, depth + 1);
      Node value = key == null ? null : node(events.next(), depth + 1);
      if (value == null) {
        return null;
      }
      if (key instanceof ScalarNode scalar) {
        checkKey(scalar, seen);
        entries.add(new Entry(scalar, value));
      } else if (key != null) {
        complexKey(key);
      }
      event = events.next();
    }
    Span end =
        start.isFlow() || entries.isEmpty() ? span(start, event) : entries.getLast().value().span();
    return new MappingNode(entries, join(span(start, start), end));
  }

  private @Nullable Node sequence(CollectionStartEvent start, int depth) {
    List<Node> items = new ArrayList<>();
    Event event = events.next();
    while (event instanceof NodeEvent) {
      Node item = node(event, depth + 1);
      if (item == null) {
        return null;
      }
      items.add(item);
      event = events.next();
    }
    Span end = start.isFlow() || items.isEmpty() ? span(start, event) : items.getLast().span();
    return new SequenceNode(items, join(span(start, start), end));
  }

  private void checkKey(ScalarNode key, Map<String, Span> seen) {
    if (key.style() == Style.PLAIN && key.text().equals("<<")) {
      problem(
          Code.MERGE_KEY,
          key.span(),
          new Text(
              "merge key `<<`",
              "some readers merge, others see a field named `<<`",
              "write the fields out"));
    } else if (key.resolve() == ScalarType.NULL
        || (key.style() == Style.PLAIN && isNullWord(key.text()))) {
      problem(
          Code.BAD_KEY,
          key.span(),
          new Text("key is null", "Kubernetes refuses such keys", "name the field, or quote it"));
    }
    Span first = seen.putIfAbsent(key.text(), key.span());
    if (first != null) {
      problem(
          Code.DUPLICATE_KEY,
          key.span(),
          new Text(
              "`" + key.text() + "` is already set on line " + first.line(),
              "Kubernetes silently keeps the last one, other readers the first",
              "keep one of them"));
    }
  }

  private static boolean isNullWord(String text) {
    return text.equals("~") || text.equals("Null") || text.equals("NULL");
  }

  private void complexKey(Node key) {
    if (reportedTemplate(key.span().line())) {
      return;
    }
    problem(
        Code.BAD_KEY,
        key.span(),
        new Text(
            "key is " + key.form(),
            "a Kubernetes object has text keys only",
            "use a text key, or quote the value"));
  }

  private void syntaxError(String problem, Optional<Mark> mark) {
    Span span = mark.map(m -> at(m, m)).orElse(Span.startOf(file));
    if (reportedTemplate(span.line())) {
      return;
    }
    fileUnsound = true;
    String firstLine = problem.lines().findFirst().orElse("").strip();
    diagnostics.report(
        Code.YAML_SYNTAX,
        span,
        null,
        new Text("not valid YAML: " + firstLine, "", "correct the syntax"));
  }

  /// Whether `{{` near `line` explains the problem; reports it then, and ends the file.
  private boolean reportedTemplate(int line) {
    String[] all = lines();
    for (int i = Math.max(0, line - 3); i < Math.min(all.length, line); i++) {
      int at = all[i].indexOf("{{");
      if (at >= 0) {
        int column = all[i].codePointCount(0, at) + 1;
        stopped = true;
        problem(
            Code.TEMPLATE, new Span(file, i + 1, column, i + 1, column + 2), ScalarCheck.TEMPLATE);
        return true;
      }
    }
    return false;
  }

  private void problem(Code code, Span span, Text words) {
    unsound = true;
    fileUnsound = true;
    problems++;
    diagnostics.report(code, span, null, words);
    if (problems == MAX_PROBLEMS) {
      stopped = true;
      diagnostics.report(
          Code.TOO_MANY_PROBLEMS,
          span,
          null,
          new Text(
              "file has more than " + MAX_PROBLEMS + " problems, the rest of it is not read",
              "",
              "correct those first"));
    }
  }

  private String excerpt(Event event) {
    Span span = span(event, event);
    String line = lines()[span.line() - 1];
    int from = line.offsetByCodePoints(0, Math.min(span.column() - 1, line.length()));
    int to = from;
    while (to < line.length() && " \t,]}".indexOf(line.charAt(to)) < 0) {
      to++;
    }
    return line.substring(from, to);
  }

  private String[] lines() {
    String[] split = lines;
    if (split == null) {
      split = text.split("\n", -1);
      lines = split;
    }
    return split;
  }

  private Span span(Event from, Event to) {
    Mark start = from.getStartMark().orElseThrow();
    return at(start, to.getEndMark().orElse(start));
  }

  private Span at(Mark start, Mark end) {
    return new Span(
        file, start.getLine() + 1, start.getColumn() + 1, end.getLine() + 1, end.getColumn() + 1);
  }

  private static Span join(Span start, Span end) {
    return new Span(start.file(), start.line(), start.column(), end.endLine(), end.endColumn());
  }

  private static Style style(ScalarEvent scalar) {
    return switch (scalar.getScalarStyle()) {
      case PLAIN -> Style.PLAIN;
      case SINGLE_QUOTED, DOUBLE_QUOTED, JSON_SCALAR_STYLE -> Style.QUOTED;
      case LITERAL, FOLDED -> Style.BLOCK;
    };
  }
}
