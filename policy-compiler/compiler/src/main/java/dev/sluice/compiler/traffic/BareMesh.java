package dev.sluice.compiler.traffic;

import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.Linker;
import dev.sluice.compiler.lower.ShardLowering;
import dev.sluice.compiler.place.PlacedMesh;
import dev.sluice.compiler.place.Placer;
import dev.sluice.compiler.read.TreeReader;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.SourceFile;
import dev.sluice.compiler.source.SourceTree;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.TopologyDocument;
import dev.sluice.compiler.validate.DocumentValidator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The Services and workloads of a tree without its policies, and what other policies would decide
/// in their place.
public final class BareMesh {

  private final List<Document> documents;
  private final MeshSettings settings;
  private final PlacedMesh placed;

  private BareMesh(List<Document> documents, MeshSettings settings) {
    this.documents = documents;
    this.settings = settings;
    this.placed = place(documents, new Diagnostics());
  }

  /// The topology of a tree; findings about its policies are no concern here.
  public static BareMesh of(SourceTree tree, MeshSettings settings, Diagnostics problems) {
    List<Document> topology =
        read(tree, settings, problems).stream().filter(TopologyDocument.class::isInstance).toList();
    return new BareMesh(topology, settings);
  }

  private static List<Document> read(SourceTree tree, MeshSettings settings, Diagnostics problems) {
    return DocumentValidator.validate(TreeReader.read(tree, problems), settings, problems)
        .documents();
  }

  private PlacedMesh place(List<Document> all, Diagnostics problems) {
    return Placer.place(Linker.link(all, settings, problems), problems);
  }

  LinkedMesh topology() {
    return placed.mesh();
  }

  /// Whether nothing could be observed in it.
  public boolean isEmpty() {
    return placed.mesh().workloads().isEmpty();
  }

  Judge judge() {
    return Judge.of(placed, ShardLowering.lower(placed));
  }

  /// A judge by these policies alone, as YAML; empty when `problems` has errors.
  public Optional<Judge> judgedBy(String policies, Diagnostics problems) {
    var file = new SourceFile("suggested.yaml", policies.getBytes(StandardCharsets.UTF_8));
    List<Document> read = read(new SourceTree(List.of(file)), settings, problems);
    PlacedMesh with = place(Stream.concat(documents.stream(), read.stream()).toList(), problems);
    return problems.hasErrors()
        ? Optional.empty()
        : Optional.of(Judge.of(with, ShardLowering.lower(with)));
  }
}
