package dev.sluice.compiler.validate;

import dev.sluice.compiler.read.Node.MappingNode;
import dev.sluice.compiler.read.ReadDocument;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Metadata;
import java.util.Map;
import java.util.Set;

/// Reads what every object has.
final class MetadataReader {

  private static final Set<String> CLUSTER_SCOPED = Set.of("Namespace", "GatewayClass", "Snapshot");

  private MetadataReader() {}

  static Metadata read(ReadDocument document) {
    MappingNode root = document.root();
    MappingNode metadata = root.mapping("metadata");
    if (metadata == null) {
      return new Metadata(
          document.apiVersion(),
          document.kind(),
          "",
          "",
          Map.of(),
          Map.of(),
          root.span(),
          Fields.startOf(root));
    }
    Located<String> name = Fields.text(metadata, "name");
    String namespace = Fields.textOrEmpty(metadata, "namespace");
    boolean namespaced = !CLUSTER_SCOPED.contains(document.kind());
    Span nameSpan = name == null ? Fields.keySpan(root, "metadata") : name.span();
    return new Metadata(
        document.apiVersion(),
        document.kind(),
        namespaced && namespace.isEmpty() ? "default" : namespaced ? namespace : "",
        name == null ? "" : name.value(),
        Fields.textsByKey(metadata.mapping("labels")),
        Fields.textsByKey(metadata.mapping("annotations")),
        root.span(),
        nameSpan);
  }
}
