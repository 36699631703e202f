package dev.sluice.compiler.source;

import java.util.List;
import java.util.Set;

/// Everything that is compiled together, in path order.
///
/// `background` are the paths of files that only complete the topology: what the tree says about an
/// object wins over what they say.
public record SourceTree(List<SourceFile> files, Set<String> background) {
  public SourceTree {
    files = List.copyOf(files);
    background = Set.copyOf(background);
  }

  /// A tree without background.
  public SourceTree(List<SourceFile> files) {
    this(files, Set.of());
  }
}
