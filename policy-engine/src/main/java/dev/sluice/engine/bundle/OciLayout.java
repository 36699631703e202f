package dev.sluice.engine.bundle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A bundle directory as found: where its parts are. Nothing in here is trusted; it only leads to
/// the signed envelope.
///
/// Source: OCI image-spec 1.1, image layout and image manifest.
final class OciLayout {
  static final String ARTIFACT_TYPE = "application/vnd.sluice.bundle.v1";
  static final String MANIFEST_LAYER = "application/vnd.sluice.manifest.v1+dsse";
  static final String FRESHNESS_LAYER = "application/vnd.sluice.freshness.v1+dsse";
  static final String ROOT_LAYER = "application/vnd.sluice.root.v1+dsse";
  static final String IMAGE_INDEX = "application/vnd.oci.image.index.v1+json";
  static final String IMAGE_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String EMPTY_CONFIG = "application/vnd.oci.empty.v1+json";
  static final String MARKER_FILE = "oci-layout";
  static final String INDEX_FILE = "index.json";
  static final String BLOBS = "blobs";
  static final String ALGORITHM = "sha256";
  static final Bytes EMPTY = Bytes.owned(new byte[] {'{', '}'});

  private final Path directory;
  private final Digest imageManifest;
  private final Layer manifestLayer;
  private final Optional<Layer> freshnessLayer;
  private final List<Layer> rootLayers;
  private final List<Layer> contentLayers;

  private OciLayout(Path directory, Digest imageManifest, List<Layer> layers) {
    this.directory = directory;
    this.imageManifest = imageManifest;
    this.manifestLayer = ofType(layers, MANIFEST_LAYER).getFirst();
    this.freshnessLayer = ofType(layers, FRESHNESS_LAYER).stream().findFirst();
    this.rootLayers = ofType(layers, ROOT_LAYER);
    this.contentLayers =
        layers.stream()
            .filter(layer -> !layer.type.equals(MANIFEST_LAYER))
            .filter(layer -> !layer.type.equals(FRESHNESS_LAYER))
            .filter(layer -> !layer.type.equals(ROOT_LAYER))
            .toList();
  }

  private record Layer(String type, Digest digest) {}

  /// What came of looking at a directory.
  sealed interface Located {
    /// Has the shape of a bundle.
    record Found(OciLayout layout) implements Located {}

    /// Is no bundle.
    record Refused(Rejection rejection) implements Located {}
  }

  /// What came of reading one part.
  sealed interface Part {
    /// Its bytes, with the digest it is named by.
    record Present(Bytes bytes) implements Part {}

    /// It is missing, too large, or not what its name says.
    record Refused(Rejection rejection) implements Part {}
  }

  /// Finds the parts of the bundle in `directory`, which may itself be reached by a link.
  static Located locate(Path directory) {
    Path real;
    try {
      real = directory.toRealPath();
    } catch (IOException failure) {
      return refused(RejectionReason.UNREADABLE, "no such bundle directory");
    }
    if (!Files.isDirectory(real, LinkOption.NOFOLLOW_LINKS)) {
      return refused(RejectionReason.UNREADABLE, "not a directory");
    }
    var reader = new LayoutReader(real);
    Optional<ObjectNode> marker = reader.json(real.resolve(MARKER_FILE), Limits.LAYOUT_MARKER);
    Optional<ObjectNode> index = reader.json(real.resolve(INDEX_FILE), Limits.LAYOUT_INDEX);
    if (marker.isEmpty() || index.isEmpty()) {
      return new Located.Refused(reader.rejection());
    }
    if (!marker.get().path("imageLayoutVersion").asText().equals("1.0.0")) {
      return refused(RejectionReason.MALFORMED_LAYOUT, "not an image layout of version 1.0.0");
    }
    JsonNode manifests = index.get().path("manifests");
    Optional<Digest> image =
        Digest.parse(manifests.path(0).path("digest").asText()).filter(_ -> manifests.size() == 1);
    if (image.isEmpty()) {
      return refused(RejectionReason.MALFORMED_LAYOUT, "the index must list one image manifest");
    }
    return reader
        .jsonBlob(image.get(), Limits.IMAGE_MANIFEST)
        .map(manifest -> located(real, image.get(), manifest))
        .orElseGet(() -> new Located.Refused(reader.rejection()));
  }

  private static Located located(Path directory, Digest image, ObjectNode manifest) {
    if (!manifest.path("artifactType").asText().equals(ARTIFACT_TYPE)) {
      return refused(RejectionReason.MALFORMED_LAYOUT, "the artifact is not a bundle");
    }
    JsonNode config = manifest.path("config");
    if (!config.path("digest").asText().equals(EMPTY.digest().toString())) {
      return refused(RejectionReason.MALFORMED_LAYOUT, "the configuration must be empty");
    }
    var layers = new ArrayList<Layer>();
    for (JsonNode layer : manifest.path("layers")) {
      Optional<Digest> digest = Digest.parse(layer.path("digest").asText());
      if (digest.isEmpty() || layers.size() > Limits.CONTENTS + RootChain.LONGEST + 1) {
        return refused(RejectionReason.MALFORMED_LAYOUT, "the layers are malformed");
      }
      layers.add(new Layer(layer.path("mediaType").asText(), digest.get()));
    }
    if (ofType(layers, MANIFEST_LAYER).size() != 1 || ofType(layers, FRESHNESS_LAYER).size() > 1) {
      return refused(
          RejectionReason.MALFORMED_LAYOUT,
          "there must be one signed manifest and at most one freshness statement");
    }
    if (ofType(layers, ROOT_LAYER).size() > RootChain.LONGEST) {
      return refused(
          RejectionReason.MALFORMED_LAYOUT,
          "there must be at most " + RootChain.LONGEST + " trust roots");
    }
    return new Located.Found(new OciLayout(directory, image, layers));
  }

  private static List<Layer> ofType(List<Layer> layers, String type) {
    return layers.stream().filter(layer -> layer.type.equals(type)).toList();
  }

  /// The envelope of the signed manifest.
  Part manifestEnvelope() {
    return new LayoutReader(directory).blob(manifestLayer.digest, Limits.MANIFEST_ENVELOPE);
  }

  /// The envelope of the freshness statement, if there is one.
  Optional<Part> freshnessEnvelope() {
    return freshnessLayer.map(
        layer -> new LayoutReader(directory).blob(layer.digest, Limits.FRESHNESS_ENVELOPE));
  }

  /// The envelopes of the trust roots that lead from older ones to that of this bundle.
  List<Part> rootEnvelopes() {
    var reader = new LayoutReader(directory);
    return rootLayers.stream()
        .map(layer -> reader.blob(layer.digest, Limits.ROOT_ENVELOPE))
        .toList();
  }

  /// The content of that digest and exactly that size.
  Part content(Manifest.Content content) {
    return new LayoutReader(directory).content(content);
  }

  /// The first thing in the directory or the image manifest that neither belongs to the layout nor
  /// is among `listed`; or a directory that cannot be searched.
  Optional<Rejection> unlisted(Set<Digest> listed) {
    for (Layer layer : contentLayers) {
      if (!listed.contains(layer.digest)) {
        return unlisted("layer " + layer.digest);
      }
    }
    var blobs = new HashSet<String>();
    listed.forEach(digest -> blobs.add(digest.hex()));
    blobs.add(imageManifest.hex());
    blobs.add(EMPTY.digest().hex());
    blobs.add(manifestLayer.digest.hex());
    freshnessLayer.ifPresent(layer -> blobs.add(layer.digest.hex()));
    rootLayers.forEach(layer -> blobs.add(layer.digest.hex()));
    Path algorithms = directory.resolve(BLOBS);
    return onlyContains(directory, Set.of(MARKER_FILE, INDEX_FILE, BLOBS))
        .or(() -> onlyContains(algorithms, Set.of(ALGORITHM)))
        .or(() -> onlyContains(algorithms.resolve(ALGORITHM), blobs))
        .or(this::filledConfig);
  }

  private Optional<Rejection> filledConfig() {
    return switch (new LayoutReader(directory).blob(EMPTY.digest(), EMPTY.size())) {
      case Part.Present _ -> Optional.empty();
      case Part.Refused(var rejection) when rejection.code() == RejectionReason.MISSING_CONTENT ->
          Optional.empty();
      case Part.Refused _ -> unlisted("a configuration that is not empty");
    };
  }

  private static Optional<Rejection> onlyContains(Path directory, Set<String> allowed) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      int count = 0;
      for (Path entry : entries) {
        if (!allowed.contains(String.valueOf(entry.getFileName()))) {
          return unlisted("a file beside the listed contents");
        }
        if (++count > Limits.DIRECTORY_ENTRIES) {
          return unlisted("too many files");
        }
      }
      return Optional.empty();
    } catch (IOException | DirectoryIteratorException failure) {
      return Optional.of(
          new Rejection(RejectionReason.UNREADABLE, "cannot list the bundle directory"));
    }
  }

  private static Optional<Rejection> unlisted(String what) {
    return Optional.of(new Rejection(RejectionReason.UNLISTED_CONTENT, what));
  }

  private static Located refused(RejectionReason code, String detail) {
    return new Located.Refused(new Rejection(code, detail));
  }
}
