package dev.sluice.compiler.review;

import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Metadata;
import java.util.Collection;
import java.util.List;

/// Names of objects in the words of a finding.
final class Names {

  private static final int SHOWN = 4;

  private Names() {}

  /// "AuthorizationPolicy `shop/api` (api.yaml:4)".
  static String placed(Metadata metadata) {
    Span span = metadata.nameSpan();
    return metadata.kind()
        + " `"
        + metadata.namespace()
        + "/"
        + metadata.name()
        + "` ("
        + span.file()
        + ":"
        + span.line()
        + ")";
  }

  /// The first few, each as it is, and how many more.
  static String listed(Collection<String> names) {
    List<String> shown = names.stream().limit(SHOWN).toList();
    int more = names.size() - shown.size();
    if (more > 0) {
      return String.join(", ", shown) + " and " + more + " more";
    }
    int last = shown.size() - 1;
    return last < 1
        ? String.join("", shown)
        : String.join(", ", shown.subList(0, last)) + " and " + shown.get(last);
  }
}
