package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.source.SourceTree;
import java.util.List;

/// Reads every file of a tree into located nodes and reports what readers could take differently.
public final class TreeReader {

  private TreeReader() {}

  /// Reads all files; findings go to `diagnostics`, affected documents are marked unsound.
  public static ReadTree read(SourceTree tree, Diagnostics diagnostics) {
    return new ReadTree(List.of(), tree.files().size());
  }
}
