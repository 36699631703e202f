package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.FileParser.Parsed;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.ReadDocument.Soundness;
import dev.sluice.compiler.read.ToolFile.Role;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Reads every file of a tree into located nodes and reports what readers could take differently.
///
/// Files are read side by side, as many as there are processors; the outcome is in file order.
public final class TreeReader {

  private final ChartTemplates templates;

  /// What one file holds.
  private record FileResult(
      List<ReadDocument> documents, Optional<ToolFile> toolFile, Diagnostics findings) {}

  private TreeReader(SourceTree tree) {
    this.templates = ChartTemplates.of(tree);
  }

  /// What reading leaves for the next time: a file that did not change is not read again.
  ///
  /// Confined to the thread that compiles; holds what the last tree held.
  public static final class Memory {
    private Map<SourceFile, FileResult> results = Map.of();
  }

  /// Reads all files of a tree that will not be read again.
  public static ReadTree read(SourceTree tree, Diagnostics diagnostics) {
    return read(tree, diagnostics, new Memory());
  }

  /// Reads all files; findings go to `diagnostics`, affected documents are marked unsound.
  public static ReadTree read(SourceTree tree, Diagnostics diagnostics, Memory memory) {
    var reader = new TreeReader(tree);
    Map<SourceFile, FileResult> known = memory.results;
    List<FileResult> results =
        tree.files().parallelStream()
            .map(file -> {
              FileResult before = known.get(file);
              return before == null ? reader.readFile(file) : before;
            })
            .toList();
    memory.results = reader.lasting(tree.files(), results);
    List<ReadDocument> documents = new ArrayList<>();
    List<ToolFile> toolFiles = new ArrayList<>();
    for (FileResult result : results) {
      documents.addAll(result.documents());
      result.toolFile().ifPresent(toolFiles::add);
      diagnostics.addAll(result.findings());
    }
    return new ReadTree(documents, toolFiles, tree.files().size(), tree.background());
  }

  /// The results that depend on nothing but their file; what Helm renders depends on a chart beside
  /// it.
  private Map<SourceFile, FileResult> lasting(List<SourceFile> files, List<FileResult> results) {
    var lasting = new HashMap<SourceFile, FileResult>();
    for (int i = 0; i < files.size(); i++) {
      if (!templates.mayContain(files.get(i).path())) {
        lasting.put(files.get(i), results.get(i));
      }
    }
    return lasting;
  }

  private FileResult readFile(SourceFile source) {
    var findings = new Diagnostics();
    List<Parsed> documents = documents(source, findings);
    List<Node> roots = documents.stream().map(Parsed::root).filter(Objects::nonNull).toList();
    Optional<ToolFile> tool =
        ToolFile.named(source.path()).filter(named -> named.isConfirmedBy(roots, findings.codes()));
    return tool.isPresent()
        ? toolFile(tool.get(), roots)
        : new FileResult(objects(documents, findings), Optional.empty(), findings);
  }

  private List<Parsed> documents(SourceFile source, Diagnostics findings) {
    String file = source.path();
    if (!templates.mayContain(file)) {
      Optional<List<Node>> plain = PlainReader.read(source);
      if (plain.isPresent()) {
        return plain.get().stream().map(root -> new Parsed(root, Soundness.SOUND)).toList();
      }
    }
    return TextCheck.decode(source, findings)
        .filter(text -> !templates.isReported(file, text, findings))
        .map(text -> TwoParsers.read(file, text, findings))
        .orElse(List.of());
  }

  private static FileResult toolFile(ToolFile tool, List<Node> roots) {
    var findings = new Diagnostics();
    if (tool.role() == Role.KUSTOMIZATION) {
      roots.forEach(root -> Kustomization.check(root, findings));
    }
    return new FileResult(List.of(), Optional.of(tool), findings);
  }

  private static List<ReadDocument> objects(List<Parsed> documents, Diagnostics findings) {
    var expander = new ListExpander(findings);
    for (Parsed document : documents) {
      switch (document.root()) {
        case null -> {}
        case MappingNode mapping -> expander.add(new ReadDocument(mapping, document.soundness()));
        case Node other ->
            expander.notAnObject(other.span(), "document is " + other.form() + ", not an object");
      }
    }
    return expander.documents();
  }
}
