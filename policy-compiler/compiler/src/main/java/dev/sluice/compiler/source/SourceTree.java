package dev.sluice.compiler.source;

import java.util.List;

/// Everything that is compiled together, in path order.
public record SourceTree(List<SourceFile> files) {
  public SourceTree {
    files = List.copyOf(files);
  }
}
