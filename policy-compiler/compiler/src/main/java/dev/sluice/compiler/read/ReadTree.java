package dev.sluice.compiler.read;

import java.util.List;

/// All objects of a source tree in file order, Lists expanded. `files` counts what was read.
public record ReadTree(List<ReadDocument> documents, int files) {
  public ReadTree {
    documents = List.copyOf(documents);
  }

  /// The sound objects of one kind, for example `PolicyTest` of `sluice.dev`.
  public List<ReadDocument> ofKind(String group, String kind) {
    return documents.stream()
        .filter(d -> d.isSound() && d.kind().equals(kind) && d.group().equals(group))
        .toList();
  }
}
