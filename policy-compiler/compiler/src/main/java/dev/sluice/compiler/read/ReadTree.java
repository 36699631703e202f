package dev.sluice.compiler.read;

import java.util.List;
import java.util.Set;

/// All objects of a source tree in file order, Lists expanded. `files` counts what was read,
/// `toolFiles` are those of them that hold no objects; `background` are the paths of files that
/// only complete the topology.
public record ReadTree(
    List<ReadDocument> documents, List<ToolFile> toolFiles, int files, Set<String> background) {
  public ReadTree {
    documents = List.copyOf(documents);
    toolFiles = List.copyOf(toolFiles);
    background = Set.copyOf(background);
  }

  /// The sound objects of one kind, for example `PolicyTest` of `sluice.dev`.
  public List<ReadDocument> ofKind(String group, String kind) {
    return documents.stream()
        .filter(d -> d.isSound() && d.kind().equals(kind) && d.group().equals(group))
        .toList();
  }
}
