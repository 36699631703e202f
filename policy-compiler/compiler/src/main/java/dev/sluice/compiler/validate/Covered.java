package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Witness.Destination;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.Selection;

/// What a policy covers in words, as far as its own document says.
final class Covered {

  private Covered() {}

  static Destination by(Metadata metadata, Selection selection) {
    String namespace = "namespace `" + metadata.namespace() + "`";
    return new Destination.Described(
        switch (selection) {
          case Selection.Everything() -> "every workload of " + namespace;
          case Selection.Selector(var labels, _) ->
              "the workloads with "
                  + Words.listed(
                      labels.entrySet().stream()
                          .map(label -> label.getKey() + "=" + label.getValue().value()))
                  + " in "
                  + namespace;
          case Selection.Targets(var refs, _) ->
              Words.listed(
                  refs.stream()
                      .map(ref ->
                          ref.kind().word()
                              + " "
                              + metadata.namespace()
                              + "/"
                              + ref.name().value()));
        });
  }
}
