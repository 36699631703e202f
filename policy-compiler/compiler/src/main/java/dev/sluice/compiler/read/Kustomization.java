package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.Node.ScalarNode;
import dev.sluice.compiler.read.Node.SequenceNode;
import dev.sluice.compiler.source.Span;
import java.util.Set;

/// Whether a kustomization leaves its resources as they are, so that reading them is enough.
final class Kustomization {

  private static final Set<String> NEUTRAL =
      Set.of("apiVersion", "kind", "metadata", "resources", "buildMetadata", "sortOptions");

  private Kustomization() {}

  /// Reports the first thing in a kustomization that makes the applied objects differ from files.
  static void check(Node root, Diagnostics diagnostics) {
    if (!(root instanceof MappingNode mapping)) {
      return;
    }
    for (Entry entry : mapping.entries()) {
      if (!NEUTRAL.contains(entry.key().text())) {
        report(
            entry.key().span(),
            "`" + entry.key().text() + "` changes or adds objects when this is built",
            diagnostics);
        return;
      }
    }
    SequenceNode resources = mapping.sequence("resources");
    if (resources == null) {
      return;
    }
    for (Node resource : resources.items()) {
      if (resource instanceof ScalarNode scalar && isRemote(scalar.text())) {
        report(scalar.span(), "`" + scalar.text() + "` is not in this tree", diagnostics);
        return;
      }
    }
  }

  private static boolean isRemote(String resource) {
    return resource.contains("://")
        || resource.contains("?ref=")
        || resource.startsWith("git@")
        || resource.startsWith("github.com/");
  }

  private static void report(Span span, String message, Diagnostics diagnostics) {
    diagnostics.report(
        Code.RAW_KUSTOMIZATION,
        span,
        null,
        new Text(
            message,
            "what is checked here is not what is applied",
            "check what is applied: `kustomize build DIRECTORY | sluice check -`"));
  }
}
