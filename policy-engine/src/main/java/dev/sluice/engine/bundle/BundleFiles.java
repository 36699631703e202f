package dev.sluice.engine.bundle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The parts of a bundle that is to be written as an OCI image layout.
///
/// `roots` are the trust roots that lead a proxy which knows an older one to that of this bundle.
/// The same parts give the same files, byte for byte.
public record BundleFiles(
    Manifest manifest,
    Bytes envelope,
    Map<Digest, Bytes> blobs,
    Optional<Bytes> freshness,
    List<Bytes> roots) {

  public BundleFiles {
    blobs = Map.copyOf(blobs);
    roots = List.copyOf(roots);
  }

  static BundleFiles of(VerifiedBundle bundle) {
    return new BundleFiles(
        bundle.manifest(), bundle.envelope(), bundle.blobs(), Optional.empty(), List.of());
  }

  /// Writes the layout into `directory`, which must not exist, and forces it to disk.
  public void writeTo(Path directory) throws IOException {
    writeTo(directory, PersistStep.Listener.NONE);
  }

  void writeTo(Path directory, PersistStep.Listener steps) throws IOException {
    Path algorithms = directory.resolve(OciLayout.BLOBS);
    Path folder = algorithms.resolve(OciLayout.ALGORITHM);
    Files.createDirectories(folder);
    for (var blob : blobs.entrySet()) {
      DurableFiles.create(folder.resolve(blob.getKey().hex()), blob.getValue().shared());
    }
    steps.reached(PersistStep.CONTENTS_WRITTEN);
    writeBlob(folder, envelope);
    if (freshness.isPresent()) {
      writeBlob(folder, freshness.get());
    }
    for (Bytes root : roots) {
      writeBlob(folder, root);
    }
    steps.reached(PersistStep.ENVELOPE_WRITTEN);
    Bytes image = Bytes.owned(imageManifest());
    writeBlob(folder, OciLayout.EMPTY);
    writeBlob(folder, image);
    DurableFiles.create(directory.resolve(OciLayout.INDEX_FILE), index(image));
    DurableFiles.create(
        directory.resolve(OciLayout.MARKER_FILE),
        StrictJson.write(StrictJson.object().put("imageLayoutVersion", "1.0.0")));
    DurableFiles.sync(folder);
    DurableFiles.sync(algorithms);
    DurableFiles.sync(directory);
    steps.reached(PersistStep.LAYOUT_WRITTEN);
  }

  private static void writeBlob(Path folder, Bytes bytes) throws IOException {
    DurableFiles.create(folder.resolve(bytes.digest().hex()), bytes.shared());
  }

  private byte[] imageManifest() {
    ObjectNode root =
        StrictJson.object()
            .put("schemaVersion", 2)
            .put("mediaType", OciLayout.IMAGE_MANIFEST)
            .put("artifactType", OciLayout.ARTIFACT_TYPE);
    describe(root.putObject("config"), OciLayout.EMPTY_CONFIG, OciLayout.EMPTY);
    ArrayNode layers = root.putArray("layers");
    describe(layers.addObject(), OciLayout.MANIFEST_LAYER, envelope);
    freshness.ifPresent(bytes -> describe(layers.addObject(), OciLayout.FRESHNESS_LAYER, bytes));
    roots.forEach(bytes -> describe(layers.addObject(), OciLayout.ROOT_LAYER, bytes));
    for (Manifest.Content content : manifest.contents()) {
      layers
          .addObject()
          .put("mediaType", content.mediaType())
          .put("digest", content.digest().toString())
          .put("size", content.size())
          .putObject("annotations")
          .put("org.opencontainers.image.title", content.name());
    }
    return StrictJson.write(root);
  }

  private static byte[] index(Bytes image) {
    ObjectNode root =
        StrictJson.object().put("schemaVersion", 2).put("mediaType", OciLayout.IMAGE_INDEX);
    ObjectNode entry = root.putArray("manifests").addObject();
    describe(entry, OciLayout.IMAGE_MANIFEST, image);
    entry.put("artifactType", OciLayout.ARTIFACT_TYPE);
    return StrictJson.write(root);
  }

  private static void describe(ObjectNode node, String mediaType, Bytes bytes) {
    node.put("mediaType", mediaType)
        .put("digest", bytes.digest().toString())
        .put("size", bytes.size());
  }
}
