package dev.sluice.engine.bundle;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.engine.bundle.Manifest.Compiler;
import dev.sluice.engine.bundle.Manifest.Content;
import dev.sluice.engine.bundle.Manifest.Source;
import dev.sluice.engine.bundle.Manifest.WorkTree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The JSON form of a {@link Manifest}.
///
/// A reader ignores fields it does not know unless `critical` names them.
public final class ManifestJson {
  private static final Set<String> KNOWN =
      Set.of(
          "schema",
          "audience",
          "channel",
          "epoch",
          "sequence",
          "issuedAt",
          "notBefore",
          "expires",
          "formatVersion",
          "minReaderVersion",
          "critical",
          "source",
          "compiler",
          "semanticDigest",
          "contents",
          "reissueOf");

  private ManifestJson() {}

  /// What came of reading a manifest.
  public sealed interface Parsing {
    /// A well-formed manifest.
    record Parsed(Manifest manifest) implements Parsing {}

    /// Malformed, or made for a newer reader.
    record Refused(Rejection rejection) implements Parsing {}
  }

  static Parsing parse(byte[] payload) {
    return switch (StrictJson.parse(payload)) {
      case StrictJson.Parsing.Malformed(var reason) ->
          refused(RejectionReason.MALFORMED_MANIFEST, reason);
      case StrictJson.Parsing.Document(var root) -> parse(Fields.of(root));
    };
  }

  private static Parsing parse(Fields fields) {
    // versions before everything else: a newer manifest may look different
    Optional<Rejection> unreadable = unreadable(fields);
    if (unreadable.isPresent()) {
      return new Parsing.Refused(unreadable.get());
    }
    Manifest manifest = read(fields);
    checkOrder(fields, manifest);
    checkContents(fields, manifest.contents());
    return fields
        .problem()
        .map(problem -> refused(RejectionReason.MALFORMED_MANIFEST, problem))
        .orElseGet(() -> new Parsing.Parsed(manifest));
  }

  private static Optional<Rejection> unreadable(Fields fields) {
    String schema = fields.text("schema", 64);
    long reader = fields.integer("minReaderVersion", 1, Limits.INTEGER);
    List<String> critical = fields.texts("critical", 64);
    if (fields.problem().isPresent()) {
      return fields.problem().map(p -> new Rejection(RejectionReason.MALFORMED_MANIFEST, p));
    }
    if (!schema.equals(Manifest.SCHEMA) || reader > Manifest.FORMAT_VERSION) {
      return Optional.of(
          new Rejection(
              RejectionReason.UNSUPPORTED_FORMAT,
              "schema `%s` for readers from version %d on; this reader has version %d"
                  .formatted(schema, reader, Manifest.FORMAT_VERSION)));
    }
    long unknown = critical.stream().filter(name -> !KNOWN.contains(name)).count();
    return unknown == 0
        ? Optional.empty()
        : Optional.of(
            new Rejection(
                RejectionReason.UNKNOWN_CRITICAL,
                unknown + " critical fields are unknown to this reader"));
  }

  private static Manifest read(Fields fields) {
    Fields source = fields.object("source");
    return new Manifest(
        fields.text("schema", 64),
        fields.text("audience", 256),
        fields.text("channel", 256),
        fields.integer("epoch", 0, Limits.INTEGER),
        fields.integer("sequence", 0, Limits.INTEGER),
        fields.instant("issuedAt"),
        fields.instant("notBefore"),
        fields.instant("expires"),
        (int) fields.integer("formatVersion", 1, Integer.MAX_VALUE),
        (int) fields.integer("minReaderVersion", 1, Integer.MAX_VALUE),
        fields.texts("critical", 64),
        new Source(
            source.text("repo", 1024),
            source.text("commit", 64),
            source.flag("dirty") ? WorkTree.DIRTY : WorkTree.CLEAN),
        new Compiler(fields.object("compiler").text("version", 128)),
        fields.digest("semanticDigest"),
        contents(fields),
        fields.has("reissueOf") ? Optional.of(fields.digest("reissueOf")) : Optional.empty());
  }

  private static List<Content> contents(Fields fields) {
    var contents = new ArrayList<Content>();
    for (Fields content : fields.objects("contents", Limits.CONTENTS)) {
      contents.add(
          new Content(
              content.text("name", 600),
              content.text("mediaType", 128),
              content.integer("size", 0, Limits.CONTENT),
              content.hexDigest("sha256")));
    }
    return contents;
  }

  private static void checkOrder(Fields fields, Manifest manifest) {
    if (manifest.minReaderVersion() > manifest.formatVersion()) {
      fields.report("minReaderVersion", "must not exceed `formatVersion`");
    }
    if (!manifest.notBefore().isBefore(manifest.expires())) {
      fields.report("expires", "must lie after `notBefore`");
    }
    if (!manifest.issuedAt().isBefore(manifest.expires())) {
      fields.report("expires", "must lie after `issuedAt`");
    }
  }

  private static void checkContents(Fields fields, List<Content> contents) {
    var names = new HashSet<String>();
    long total = 0;
    for (Content content : contents) {
      total += content.size();
      if (!names.add(content.name())) {
        fields.report("contents", "must have unique names");
      }
    }
    if (total > Limits.ALL_CONTENTS) {
      fields.report("contents", "must not exceed " + Limits.ALL_CONTENTS + " bytes together");
    }
  }

  static byte[] write(Manifest manifest) {
    ObjectNode root =
        StrictJson.object()
            .put("schema", manifest.schema())
            .put("audience", manifest.audience())
            .put("channel", manifest.channel())
            .put("epoch", manifest.epoch())
            .put("sequence", manifest.sequence())
            .put("issuedAt", manifest.issuedAt().toString())
            .put("notBefore", manifest.notBefore().toString())
            .put("expires", manifest.expires().toString())
            .put("formatVersion", manifest.formatVersion())
            .put("minReaderVersion", manifest.minReaderVersion())
            .put("semanticDigest", manifest.semanticDigest().toString());
    manifest.reissueOf().ifPresent(digest -> root.put("reissueOf", digest.toString()));
    var critical = root.putArray("critical");
    manifest.critical().forEach(critical::add);
    root.putObject("source")
        .put("repo", manifest.source().repository())
        .put("commit", manifest.source().commit())
        .put("dirty", manifest.source().workTree() == WorkTree.DIRTY);
    root.putObject("compiler").put("version", manifest.compiler().version());
    var contents = root.putArray("contents");
    for (Content content : manifest.contents()) {
      contents
          .addObject()
          .put("name", content.name())
          .put("mediaType", content.mediaType())
          .put("size", content.size())
          .put("sha256", content.digest().hex());
    }
    return StrictJson.write(root);
  }

  private static Parsing refused(RejectionReason code, String detail) {
    return new Parsing.Refused(new Rejection(code, detail));
  }
}
