package dev.sluice.compiler.validate;

import dev.sluice.compiler.diagnostic.Diagnostic;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.read.ReadDocument;
import dev.sluice.compiler.read.ScalarCheck;
import dev.sluice.compiler.source.Remembered;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.TopologyDocument;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Reads objects that state no policy, each by itself.
final class ObjectReads {

  /// Fewer documents are not worth a second thread.
  private static final int MANY = 256;

  private ObjectReads() {}

  /// An object as read; `topology` is empty for one of a kind that says nothing about the mesh.
  record ObjectRead(
      Metadata metadata, Optional<TopologyDocument> topology, List<Diagnostic> findings) {}

  /// Reads all documents that state no policy; the result has one entry per document, empty for one
  /// that does. What was read before, being the same object, is taken from `known`.
  static List<Optional<ObjectRead>> of(
      List<ReadDocument> documents,
      List<? extends Optional<?>> policies,
      Remembered<ReadDocument, Optional<ObjectRead>> known) {
    List<@Nullable Optional<ObjectRead>> before = known.of(documents);
    IntStream numbers = IntStream.range(0, documents.size());
    return (documents.size() < MANY ? numbers : numbers.parallel())
        .mapToObj(i -> {
          ReadDocument document = documents.get(i);
          Optional<ObjectRead> last = before.get(i);
          if (last != null) {
            return last;
          }
          return policies.get(i).isPresent() || document.isStaticMesh()
              ? Optional.<ObjectRead>empty()
              : Optional.of(read(document));
        })
        .toList();
  }

  private static ObjectRead read(ReadDocument document) {
    Metadata metadata = MetadataReader.read(document);
    Optional<TopologyDocument> topology = TopologyReader.read(document, metadata);
    var findings = new Diagnostics();
    if (topology.isPresent()) {
      ScalarCheck.checkTopology(document.root(), metadata.resource(), findings);
    }
    return new ObjectRead(metadata, topology, findings.all());
  }
}
