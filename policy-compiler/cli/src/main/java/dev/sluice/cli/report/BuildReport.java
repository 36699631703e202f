package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.engine.bundle.Digest;
import dev.sluice.engine.bundle.Manifest;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// What `sluice build` prints: the findings, and the bundle when one was written.
public record BuildReport(CheckReport check, Optional<Built> built) implements Report {

  /// The bundle that is now in `directory`.
  public record Built(Manifest manifest, Digest digest, Path directory) {}

  @Override
  public void writeTo(Page page) {
    check.writeTo(page);
    page.line();
    if (built.isEmpty()) {
      page.add(Ink.BAD, "nothing was written").line();
      return;
    }
    Manifest manifest = built.get().manifest();
    page.add(Ink.HEADING, "bundle").line(" " + built.get().directory());
    Revision.write(page, manifest, built.get().digest());
    page.field("size", String.format(Locale.ROOT, "%,d bytes", Revision.size(manifest)));
    Revision.contents(page, manifest);
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = check.toJson();
    if (built.isEmpty()) {
      json.putNull("bundle");
      return json;
    }
    Manifest manifest = built.get().manifest();
    json.set("bundle", Revision.of(manifest, built.get().digest()));
    Revision.facts(json, manifest);
    json.put("directory", built.get().directory().toString());
    json.put("size", Revision.size(manifest));
    blobs(json.putArray("blobs"), manifest);
    return json;
  }

  static void blobs(ArrayNode blobs, Manifest manifest) {
    for (Manifest.Content content : manifest.contents()) {
      blobs
          .addObject()
          .put("name", content.name())
          .put("digest", content.digest().toString())
          .put("size", content.size())
          .put("kind", content.mediaType());
    }
  }
}
