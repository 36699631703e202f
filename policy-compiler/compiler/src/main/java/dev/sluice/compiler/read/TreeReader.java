package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.FileParser.Parsed;
import dev.sluice.compiler.read.FileParser.ParsedFile;
import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.compiler.read.ReadDocument.Soundness;
import dev.sluice.compiler.read.SecondReader.Difference;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Reads every file of a tree into located nodes and reports what readers could take differently.
public final class TreeReader {

  private static final Set<String> LIST_FIELDS = Set.of("apiVersion", "kind", "metadata", "items");

  private final Diagnostics diagnostics;
  private final List<ReadDocument> documents = new ArrayList<>();

  private TreeReader(Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
  }

  /// Reads all files; findings go to `diagnostics`, affected documents are marked unsound.
  public static ReadTree read(SourceTree tree, Diagnostics diagnostics) {
    TreeReader reader = new TreeReader(diagnostics);
    tree.files().forEach(reader::readFile);
    return new ReadTree(reader.documents, tree.files().size(), tree.background());
  }

  private void readFile(SourceFile source) {
    String file = source.path();
    Optional<String> decoded = TextCheck.decode(source, diagnostics);
    if (decoded.isEmpty()) {
      return;
    }
    String text = decoded.get();
    int separators = LineCheck.countSeparators(file, text, diagnostics);
    ParsedFile parsed = FileParser.parse(file, text, diagnostics);
    boolean agreed =
        separators >= 0
            && parsed.soundness() == Soundness.SOUND
            && readersAgree(file, text, parsed, separators);
    for (Parsed document : parsed.documents()) {
      Node root = document.root();
      if (root != null) {
        boolean sound = agreed || (separators >= 0 && document.soundness() == Soundness.SOUND);
        collect(root, sound && !isDisputed(agreed, parsed) ? Soundness.SOUND : Soundness.UNSOUND);
      }
    }
  }

  /// A file whose parse was clean but whose readers disagree taints all its documents.
  private static boolean isDisputed(boolean agreed, ParsedFile parsed) {
    return !agreed && parsed.soundness() == Soundness.SOUND;
  }

  private boolean readersAgree(String file, String text, ParsedFile parsed, int separators) {
    Optional<Difference> difference;
    if (separators != parsed.separators()) {
      difference =
          Optional.of(
              new Difference(
                  Span.startOf(file),
                  parsed.separators() + " document separators",
                  separators + " lines that start with `---`"));
    } else {
      List<Node> roots =
          parsed.documents().stream().map(Parsed::root).filter(Objects::nonNull).toList();
      difference = SecondReader.compare(file, text, roots);
    }
    difference.ifPresent(d ->
        diagnostics.report(
            Code.READERS_DISAGREE,
            d.span(),
            null,
            new Text(
                "two readers differ: one sees `" + d.first() + "`, the other `" + d.second() + "`",
                "what is checked here might not be what Kubernetes applies",
                "write it in a plainer way, for example quoted")));
    return difference.isEmpty();
  }

  private void collect(Node root, Soundness soundness) {
    if (!(root instanceof MappingNode mapping)) {
      notAnObject(root.span(), "document is " + root.form() + ", not an object");
      return;
    }
    ReadDocument document = new ReadDocument(mapping, soundness);
    if (document.isStaticMesh()) {
      documents.add(document);
      return;
    }
    if (!hasIdentity(document)) {
      return;
    }
    Entry items = mapping.entry("items");
    boolean isList = document.kind().equals("List") && document.apiVersion().equals("v1");
    if (isList || (document.kind().endsWith("List") && items != null)) {
      expand(document, isList);
    } else {
      documents.add(document);
    }
  }

  private boolean hasIdentity(ReadDocument document) {
    for (String field : List.of("apiVersion", "kind")) {
      Entry entry = document.root().entry(field);
      if (entry == null || document.root().text(field).isEmpty()) {
        Span root = document.root().span();
        Span start = new Span(root.file(), root.line(), root.column(), root.line(), root.column());
        notAnObject(
            entry == null ? start : entry.value().span(),
            "document is no Kubernetes object: `" + field + "` is missing");
        return false;
      }
    }
    return true;
  }

  private void notAnObject(Span span, String message) {
    diagnostics.report(
        Code.NOT_AN_OBJECT,
        span,
        null,
        new Text(
            message,
            "every file given is read, so that no policy is overlooked",
            "give only rendered Kubernetes objects, or move the file elsewhere"));
  }

  private void expand(ReadDocument list, boolean isPlainList) {
    if (isPlainList) {
      for (Entry entry : list.root().entries()) {
        if (!LIST_FIELDS.contains(entry.key().text())) {
          diagnostics.report(
              Code.UNKNOWN_FIELD,
              entry.key().span(),
              null,
              new Text(
                  "a List has no field `" + entry.key().text() + "`",
                  "Kubernetes would drop it",
                  "put objects under `items`"));
        }
      }
    }
    Node items = list.root().value("items");
    switch (items) {
      case SequenceNode sequence ->
          sequence.items().forEach(item -> collect(item, list.soundness()));
      case ScalarNode scalar when scalar.resolve() == Node.ScalarType.NULL -> {}
      case null -> {}
      case ScalarNode scalar -> notAnObject(scalar.span(), "`items` is not a list");
      case MappingNode mapping -> notAnObject(mapping.span(), "`items` is not a list");
    }
  }
}
