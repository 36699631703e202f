package dev.sluice.compiler.read;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.diagnostic.Severity;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// What came of reading files: documents, and findings as `SLU1005 6:3`.
record Reading(ReadTree tree, List<Diagnostic> findings) {

  /// A sound policy whose `spec` is the text given, indented by two.
  static String policy(String spec) {
    return """
    apiVersion: security.istio.io/v1
    kind: AuthorizationPolicy
    metadata: {name: api, namespace: shop}
    spec:
    """
        + spec.indent(2);
  }

  /// A sound policy of this name.
  static String named(String name) {
    return policy("rules:\n- {}").replace("name: api", "name: " + name);
  }

  static Reading of(String file, String text) {
    return of(file, text.getBytes(UTF_8));
  }

  static Reading of(String file, byte[] bytes) {
    return of(List.of(new SourceFile(file, bytes)));
  }

  static Reading of(Map<String, String> files) {
    List<SourceFile> sources = new ArrayList<>();
    files.forEach((path, text) -> sources.add(new SourceFile(path, text.getBytes(UTF_8))));
    sources.sort((a, b) -> a.path().compareTo(b.path()));
    return of(sources);
  }

  private static Reading of(Collection<SourceFile> files) {
    var findings = new Diagnostics();
    ReadTree tree = TreeReader.read(new SourceTree(List.copyOf(files)), findings);
    return new Reading(tree, findings.sorted());
  }

  /// The errors of the whole compiler, as `SLU1005 6:3`.
  static List<String> errors(String file, byte[] bytes) {
    var tree = new SourceTree(List.of(new SourceFile(file, bytes)));
    return places(Compiler.compile(tree, MeshSettings.defaults()).findings());
  }

  /// The findings as `SLU1005 6:3`.
  List<String> places() {
    return places(findings);
  }

  /// The objects that may be used, as `AuthorizationPolicy api 12`: kind, name and line.
  List<String> objects() {
    return tree.documents().stream()
        .filter(ReadDocument::isSound)
        .map(document -> {
          Node.MappingNode metadata = document.root().mapping("metadata");
          String name = metadata == null ? "" : metadata.text("name");
          return document.kind() + " " + name + " " + document.root().span().line();
        })
        .toList();
  }

  private static List<String> places(List<Diagnostic> findings) {
    return findings.stream()
        .filter(finding -> finding.severity() == Severity.ERROR)
        .map(finding ->
            finding.code().id() + " " + finding.span().line() + ":" + finding.span().column())
        .distinct()
        .toList();
  }
}
