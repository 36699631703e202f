package dev.sluice.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.engine.bundle.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/// What somebody who can write to the bundle directory, and has no key, may try.
///
/// Source of the layout: OCI image-spec 1.1.
final class Tampering {

  private static final String SIGNED_MANIFEST = "application/vnd.sluice.manifest.v1+dsse";

  private final Path directory;

  private Tampering(Path directory) {
    this.directory = directory;
  }

  /// Flips one bit of the first content, and nothing else.
  static void flipContent(Path bundle) throws IOException {
    var layout = new Tampering(bundle);
    for (JsonNode layer : layout.image().path("layers")) {
      if (!layer.path("mediaType").asText().equals(SIGNED_MANIFEST)) {
        Path blob = layout.blob(layer.path("digest").asText());
        byte[] bytes = Files.readAllBytes(blob);
        bytes[bytes.length / 2] ^= 1;
        Files.write(blob, bytes);
        return;
      }
    }
    throw new IOException("the bundle has no content");
  }

  /// Takes the signatures off the envelope and makes every digest of the layout fit again.
  static void stripSignatures(Path bundle) throws IOException {
    new Tampering(bundle).editEnvelope(Tampering::withoutSignatures);
  }

  /// Edits the signed manifest, keeps its signatures, and makes every digest fit again.
  static void editManifest(Path bundle) throws IOException {
    new Tampering(bundle).editEnvelope(Tampering::withOtherSequence);
  }

  private interface Edit {
    void apply(ObjectNode envelope) throws IOException;
  }

  private static void withoutSignatures(ObjectNode envelope) {
    envelope.putArray("signatures");
  }

  private static void withOtherSequence(ObjectNode envelope) throws IOException {
    byte[] payload = Base64.getDecoder().decode(envelope.path("payload").asText());
    ObjectNode manifest = object(new String(payload, StandardCharsets.UTF_8));
    manifest.put("sequence", manifest.path("sequence").asLong() + 1_000);
    byte[] edited = Json.line(manifest).getBytes(StandardCharsets.UTF_8);
    envelope.put("payload", Base64.getEncoder().encodeToString(edited));
  }

  private void editEnvelope(Edit edit) throws IOException {
    ObjectNode image = image();
    for (JsonNode layer : image.path("layers")) {
      if (layer.path("mediaType").asText().equals(SIGNED_MANIFEST)) {
        ObjectNode envelope = object(Files.readString(blob(layer.path("digest").asText())));
        edit.apply(envelope);
        replace((ObjectNode) layer, envelope);
      }
    }
    ObjectNode index = index();
    replace((ObjectNode) index.path("manifests").path(0), image);
    Files.writeString(indexFile(), Json.line(index));
  }

  /// Writes a document as a blob in place of the one that `descriptor` describes.
  private void replace(ObjectNode descriptor, JsonNode document) throws IOException {
    byte[] bytes = Json.line(document).getBytes(StandardCharsets.UTF_8);
    Files.delete(blob(descriptor.path("digest").asText()));
    String digest = Digest.of(bytes).toString();
    Files.write(blob(digest), bytes);
    descriptor.put("digest", digest).put("size", bytes.length);
  }

  private Path indexFile() {
    return directory.resolve("index.json");
  }

  private ObjectNode index() throws IOException {
    return object(Files.readString(indexFile()));
  }

  private ObjectNode image() throws IOException {
    String digest = index().path("manifests").path(0).path("digest").asText();
    return object(Files.readString(blob(digest)));
  }

  private Path blob(String digest) {
    return directory
        .resolve("blobs")
        .resolve("sha256")
        .resolve(digest.substring("sha256:".length()));
  }

  private static ObjectNode object(String text) throws IOException {
    return Json.parse(text)
        .filter(JsonNode::isObject)
        .map(ObjectNode.class::cast)
        .orElseThrow(() -> new IOException("the bundle's layout is no JSON object"));
  }
}
