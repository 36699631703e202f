package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.ScalarType;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.compiler.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Turns the roots of documents into objects: `kind: List` and `AuthorizationPolicyList` become
/// what they list.
///
/// To kubectl everything with top-level `items` is a list, whatever its kind says, and a list in a
/// list is refused.
final class ListExpander {

  private static final Set<String> LIST_FIELDS = Set.of("apiVersion", "kind", "metadata", "items");
  private static final String SUFFIX = "List";

  private final Diagnostics diagnostics;
  private final List<ReadDocument> documents = new ArrayList<>();

  ListExpander(Diagnostics diagnostics) {
    this.diagnostics = diagnostics;
  }

  /// The objects found so far.
  List<ReadDocument> documents() {
    return documents;
  }

  /// Takes one document with the soundness of its reading.
  void add(ReadDocument document) {
    if (document.isStaticMesh()) {
      documents.add(document);
      return;
    }
    if (!hasIdentity(document)) {
      return;
    }
    if (isListKind(document)) {
      expand(document);
      return;
    }
    if (hasItems(document)) {
      hiddenList(document);
    }
    documents.add(document);
  }

  /// Reports something that is no object.
  void notAnObject(Span span, String message) {
    diagnostics.report(
        Code.NOT_AN_OBJECT,
        span,
        null,
        new Text(
            message,
            "every file given is read, so that no policy is overlooked",
            "give only rendered Kubernetes objects, or move the file elsewhere"));
  }

  /// Whether the kind says so and the fields do not deny it: an `IpAllowList` is an object.
  private static boolean isListKind(ReadDocument document) {
    String kind = document.kind();
    return kind.equals(SUFFIX) || (kind.endsWith(SUFFIX) && hasItems(document));
  }

  private static boolean hasItems(ReadDocument document) {
    return switch (document.root().value("items")) {
      case null -> false;
      case ScalarNode scalar -> scalar.resolve() != ScalarType.NULL;
      case SequenceNode _, MappingNode _ -> true;
    };
  }

  private void hiddenList(ReadDocument document) {
    Entry items = document.root().entry("items");
    diagnostics.report(
        Code.HIDDEN_LIST,
        items == null ? document.root().span() : items.key().span(),
        null,
        new Text(
            "`items` in an object of kind `" + document.kind() + "`",
            "kubectl takes everything with `items` for a list and applies what is in it",
            "use `kind: List`, or remove `items`"));
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

  private void expand(ReadDocument list) {
    for (Entry entry : list.root().entries()) {
      if (!LIST_FIELDS.contains(entry.key().text())) {
        diagnostics.report(
            Code.UNKNOWN_FIELD,
            entry.key().span(),
            null,
            new Text(
                "a " + list.kind() + " has no field `" + entry.key().text() + "`",
                "Kubernetes would drop it",
                "put objects under `items`"));
      }
    }
    switch (list.root().value("items")) {
      case SequenceNode sequence -> sequence.items().forEach(item -> item(list, item));
      case ScalarNode scalar when scalar.resolve() == ScalarType.NULL -> {}
      case null -> {}
      case ScalarNode scalar -> notAnObject(scalar.span(), "`items` is not a list");
      case MappingNode mapping -> notAnObject(mapping.span(), "`items` is not a list");
    }
  }

  private void item(ReadDocument list, Node item) {
    if (!(item instanceof MappingNode mapping)) {
      notAnObject(item.span(), "an item of the " + list.kind() + " is " + item.form());
      return;
    }
    var document = new ReadDocument(withIdentity(list, mapping), list.soundness());
    Entry kind = document.root().entry("kind");
    if (kind != null && isListKind(document)) {
      diagnostics.report(
          Code.NESTED_LIST,
          kind.value().span(),
          null,
          new Text(
              "a " + document.kind() + " in a " + list.kind(),
              "Kubernetes tools expand one level only and refuse or drop the inner list",
              "list its items in the outer list"));
      return;
    }
    add(document);
  }

  /// An item of a typed list that names neither version nor kind has those of the list, as the API
  /// server prints it.
  private static MappingNode withIdentity(ReadDocument list, MappingNode item) {
    String kind = list.kind().substring(0, list.kind().length() - SUFFIX.length());
    Entry listVersion = list.root().entry("apiVersion");
    Entry listKind = list.root().entry("kind");
    boolean named = item.entry("apiVersion") != null || item.entry("kind") != null;
    if (named || kind.isEmpty() || listVersion == null || listKind == null) {
      return item;
    }
    var inferred = new ScalarNode(kind, Node.Style.QUOTED, listKind.value().span());
    List<Entry> entries = new ArrayList<>();
    entries.add(listVersion);
    entries.add(new Entry(listKind.key(), inferred));
    entries.addAll(item.entries());
    return new MappingNode(entries, item.span());
  }
}
