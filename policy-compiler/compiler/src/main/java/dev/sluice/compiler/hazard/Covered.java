package dev.sluice.compiler.hazard;

import dev.sluice.compiler.diagnostic.Witness.Destination;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.Selection;
import java.util.List;
import java.util.stream.Stream;

/// What a policy covers in words, where the tree does not name any workload.
final class Covered {

  private Covered() {}

  static Destination by(Metadata metadata, Selection selection) {
    String namespace = "namespace `" + metadata.namespace() + "`";
    return new Destination.Described(
        switch (selection) {
          case Selection.Everything() -> "every workload of " + namespace;
          case Selection.Selector(var labels, _) ->
              "the workloads with "
                  + listed(
                      labels.entrySet().stream()
                          .map(label -> label.getKey() + "=" + label.getValue().value()))
                  + " in "
                  + namespace;
          case Selection.Targets(var refs, _) ->
              listed(
                  refs.stream()
                      .map(ref ->
                          ref.kind().word()
                              + " "
                              + metadata.namespace()
                              + "/"
                              + ref.name().value()));
        });
  }

  /// The words in order of the alphabet, each in backticks, the last after `and`.
  private static String listed(Stream<String> words) {
    List<String> sorted = words.sorted().map(word -> "`" + word + "`").toList();
    int last = sorted.size() - 1;
    return last < 1
        ? String.join("", sorted)
        : String.join(", ", sorted.subList(0, last)) + " and " + sorted.get(last);
  }
}
