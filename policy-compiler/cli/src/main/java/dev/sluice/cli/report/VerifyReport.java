package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.engine.bundle.Digest;
import dev.sluice.engine.bundle.Manifest;
import dev.sluice.engine.bundle.Rejection;
import java.nio.file.Path;

/// What `sluice verify` prints: whether a bundle may be loaded, or the first check that failed.
public sealed interface VerifyReport extends Report {

  /// Every check passed.
  record Trusted(Path directory, Manifest manifest, Digest digest) implements VerifyReport {
    @Override
    public void writeTo(Page page) {
      page.add(Ink.GOOD, "trusted").line(" " + directory);
      Revision.write(page, manifest, digest);
    }

    @Override
    public ObjectNode toJson() {
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.put("trusted", true).putNull("reason").putNull("message");
      json.set("bundle", Revision.of(manifest, digest));
      return json;
    }
  }

  /// A check failed; nothing the bundle says of itself is repeated.
  record NotTrusted(Path directory, Rejection rejection) implements VerifyReport {
    @Override
    public void writeTo(Page page) {
      page.add(Ink.BAD, "not trusted").line(" " + directory);
      page.field("reason", rejection.code().code());
      page.field("detail", rejection.detail());
    }

    @Override
    public ObjectNode toJson() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("trusted", false)
          .put("reason", rejection.code().code())
          .put("message", rejection.detail())
          .putNull("bundle");
    }
  }
}
