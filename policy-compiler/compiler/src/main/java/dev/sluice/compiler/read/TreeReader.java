package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.FileParser.Parsed;
import dev.sluice.compiler.read.FileParser.ParsedFile;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.ReadDocument.Soundness;
import dev.sluice.compiler.read.SecondReader.Difference;
import dev.sluice.compiler.read.ToolFile.Role;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.source.Span;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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
      List<ReadDocument> documents, Optional<ToolFile> toolFile, Diagnostics findings) {

    static FileResult nothing(Diagnostics findings) {
      return new FileResult(List.of(), Optional.empty(), findings);
    }
  }

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
    String file = source.path();
    Optional<String> decoded = TextCheck.decode(source, findings);
    if (decoded.isEmpty() || templates.isReported(file, decoded.get(), findings)) {
      return FileResult.nothing(findings);
    }
    String text = decoded.get();
    int separators = LineCheck.countSeparators(file, text, findings);
    ParsedFile parsed = FileParser.parse(file, text, findings);
    List<Node> roots =
        parsed.documents().stream().map(Parsed::root).filter(Objects::nonNull).toList();
    Soundness soundness = Soundness.UNSOUND;
    if (separators >= 0) {
      // where the first reader found something, there is nothing to compare
      soundness =
          parsed.soundness() == Soundness.UNSOUND
              ? Soundness.SOUND
              : compare(file, text, parsed, separators, findings);
    }
    Optional<ToolFile> tool =
        ToolFile.named(file).filter(named -> named.isConfirmedBy(roots, findings.codes()));
    return tool.isPresent()
        ? toolFile(tool.get(), roots)
        : new FileResult(objects(parsed, soundness, findings), Optional.empty(), findings);
  }

  private static FileResult toolFile(ToolFile tool, List<Node> roots) {
    var findings = new Diagnostics();
    if (tool.role() == Role.KUSTOMIZATION) {
      roots.forEach(root -> Kustomization.check(root, findings));
    }
    return new FileResult(List.of(), Optional.of(tool), findings);
  }

  /// A document is as sound as its file and its own reading.
  private static List<ReadDocument> objects(
      ParsedFile parsed, Soundness ofFile, Diagnostics findings) {
    var expander = new ListExpander(findings);
    for (Parsed document : parsed.documents()) {
      switch (document.root()) {
        case null -> {}
        case MappingNode mapping ->
            expander.add(
                new ReadDocument(
                    mapping, ofFile == Soundness.SOUND ? document.soundness() : Soundness.UNSOUND));
        case Node other ->
            expander.notAnObject(other.span(), "document is " + other.form() + ", not an object");
      }
    }
    return expander.documents();
  }

  /// Compares the readers' views; a file on which they disagree taints all its documents.
  private static Soundness compare(
      String file, String text, ParsedFile parsed, int separators, Diagnostics findings) {
    Optional<Difference> difference;
    if (separators != parsed.separators()) {
      difference =
          Optional.of(
              new Difference(
                  Span.startOf(file),
                  parsed.separators() + " document separators",
                  separators + " lines that start with `---`"));
    } else {
      List<Node> roots =
          parsed.documents().stream().map(Parsed::root).filter(Objects::nonNull).toList();
      difference = SecondReader.compare(file, text, roots);
    }
    difference.ifPresent(
        d -> findings.report(disagreement(file, d), d.span(), null, words(file, d)));
    return difference.isEmpty() ? Soundness.SOUND : Soundness.UNSOUND;
  }

  private static boolean isJson(String file) {
    return file.toLowerCase(Locale.ROOT).endsWith(".json");
  }

  private static Code disagreement(String file, Difference difference) {
    return isJson(file) && difference.second().startsWith("an error")
        ? Code.YAML_SYNTAX
        : Code.READERS_DISAGREE;
  }

  private static Text words(String file, Difference difference) {
    if (disagreement(file, difference) == Code.YAML_SYNTAX) {
      return new Text(
          "not valid JSON: " + difference.second().substring("an error: ".length()),
          "a `.json` file is read as JSON by some tools and as YAML by others",
          "correct the syntax, or name the file `.yaml`");
    }
    return new Text(
        "two readers differ: one sees `"
            + difference.first()
            + "`, the other `"
            + difference.second()
            + "`",
        "what is checked here might not be what Kubernetes applies",
        "write it in a plainer way, for example quoted");
  }
}
