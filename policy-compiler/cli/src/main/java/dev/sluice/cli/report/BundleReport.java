package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.engine.bundle.Digest;
import dev.sluice.engine.bundle.Manifest;
import java.nio.file.Path;

/// What `sluice bundle` prints: the bundle it wrote.
public record BundleReport(Path directory, Manifest manifest, Digest digest) implements Report {

  @Override
  public void writeTo(Page page) {
    page.add(Ink.HEADING, "bundle").line(" " + directory);
    Revision.write(page, manifest, digest);
    manifest.reissueOf().ifPresent(old -> page.field("reissue of", old.toString()));
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("bundle", Revision.of(manifest, digest));
    Revision.facts(json, manifest);
    json.put("directory", directory.toString());
    json.put("reissueOf", manifest.reissueOf().map(Digest::toString).orElse(null));
    return json;
  }
}
