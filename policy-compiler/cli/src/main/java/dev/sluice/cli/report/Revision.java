package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.engine.bundle.Digest;
import dev.sluice.engine.bundle.Manifest;
import dev.sluice.engine.bundle.Manifest.WorkTree;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One revision of a bundle as commands show it.
final class Revision {
  private Revision() {}

  static ObjectNode of(Manifest manifest, Digest digest) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("epoch", manifest.epoch())
            .put("sequence", manifest.sequence())
            .put("digest", digest.toString())
            .put("semanticDigest", manifest.semanticDigest().toString())
            .put("commit", nullIfEmpty(manifest.source().commit()))
            .put("repository", nullIfEmpty(manifest.source().repository()));
    return json.put("dirty", manifest.source().workTree() == WorkTree.DIRTY);
  }

  /// The facts of the manifest beside its revision.
  static void facts(ObjectNode json, Manifest manifest) {
    json.put("audience", manifest.audience())
        .put("channel", manifest.channel())
        .put("createdAt", manifest.issuedAt().toString())
        .put("notBefore", manifest.notBefore().toString())
        .put("expiresAt", manifest.expires().toString())
        .put("compiler", manifest.compiler().version());
  }

  private static @Nullable String nullIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }

  /// Adds the lines that say which bundle it is.
  static void write(Page page, Manifest manifest, Digest digest) {
    page.field("digest", digest.toString());
    page.field("meaning", manifest.semanticDigest().toString());
    page.field("revision", "epoch " + manifest.epoch() + ", sequence " + manifest.sequence());
    page.field("for", "audience " + manifest.audience() + ", channel " + manifest.channel());
    page.field("valid", manifest.notBefore() + " to " + manifest.expires());
    page.field("source", source(manifest.source()));
    page.field("compiler", manifest.compiler().version());
  }

  private static String source(Manifest.Source source) {
    if (source.commit().isEmpty()) {
      return "not in git";
    }
    return source.commit()
        + (source.workTree() == WorkTree.DIRTY ? " with uncommitted changes" : "")
        + (source.repository().isEmpty() ? "" : " of " + source.repository());
  }

  /// Adds a table of the contents.
  static void contents(Page page, Manifest manifest) {
    page.add("  ").add(Ink.HEADING, "contents").line();
    int width = manifest.contents().stream().mapToInt(c -> c.name().length()).max().orElse(0);
    for (Manifest.Content content : manifest.contents()) {
      page.line(
          String.format(
              Locale.ROOT,
              "    %s  %,10d bytes  %s",
              Page.pad(content.name(), width),
              content.size(),
              content.digest()));
    }
  }

  /// The size of all contents in bytes.
  static long size(Manifest manifest) {
    return manifest.contents().stream().mapToLong(Manifest.Content::size).sum();
  }
}
