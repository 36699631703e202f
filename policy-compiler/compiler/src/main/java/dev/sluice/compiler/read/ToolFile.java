package dev.sluice.compiler.read;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.read.Node.Entry;
import dev.sluice.compiler.read.Node.MappingNode;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// A file that tells Helm or Kustomize what to render, and holds no object of its own.
///
/// A name alone hides nothing: a file that holds anything Kubernetes could take for an object is
/// read as every other file.
public record ToolFile(String path, Role role) {

  /// What a file is to its tool.
  public enum Role {
    CHART("Chart.yaml"),
    VALUES("values"),
    VALUES_SCHEMA("values schema"),
    KUSTOMIZATION("kustomization");

    private final String word;

    Role(String word) {
      this.word = word;
    }

    /// The word for it in reports.
    public String word() {
      return word;
    }
  }

  /// Findings that leave no doubt about where documents and their top-level fields are.
  private static final Set<Code> HARMLESS =
      EnumSet.of(Code.ALIAS, Code.TAG, Code.DUPLICATE_KEY, Code.MERGE_KEY);

  /// Kinds that Kustomize reads itself.
  private static final Set<String> OF_KUSTOMIZE = Set.of("Kustomization", "Component");

  /// What a file could be, by its name.
  static Optional<ToolFile> named(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    if (name.equals("values.schema.json")) {
      return Optional.of(new ToolFile(path, Role.VALUES_SCHEMA));
    }
    if (!name.endsWith(".yaml") && !name.endsWith(".yml")) {
      return Optional.empty();
    }
    String stem = name.substring(0, name.lastIndexOf('.'));
    Optional<Role> role =
        switch (stem) {
          case "chart" -> Optional.of(Role.CHART);
          case "kustomization" -> Optional.of(Role.KUSTOMIZATION);
          default -> isValues(stem) ? Optional.of(Role.VALUES) : Optional.empty();
        };
    return role.map(known -> new ToolFile(path, known));
  }

  private static boolean isValues(String stem) {
    return stem.equals("values")
        || stem.startsWith("values-")
        || stem.startsWith("values.")
        || stem.endsWith("-values")
        || stem.endsWith(".values");
  }

  /// Whether the file is what its name says, given its documents and the findings in it.
  boolean isConfirmedBy(List<Node> roots, Set<Code> findings) {
    return HARMLESS.containsAll(findings) && roots.stream().allMatch(this::isOwn);
  }

  private boolean isOwn(Node root) {
    if (!(root instanceof MappingNode mapping)) {
      return false;
    }
    for (Entry entry : mapping.entries()) {
      // a merged mapping could bring the fields of an object
      if (entry.key().text().equals("<<")) {
        return false;
      }
    }
    return switch (role) {
      case CHART -> mapping.entry("kind") == null && mapping.entry("name") != null;
      case VALUES, VALUES_SCHEMA ->
          mapping.entry("kind") == null || mapping.entry("apiVersion") == null;
      case KUSTOMIZATION ->
          mapping.entry("kind") == null || OF_KUSTOMIZE.contains(mapping.text("kind"));
    };
  }
}
