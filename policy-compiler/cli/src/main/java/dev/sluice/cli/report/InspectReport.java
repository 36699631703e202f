package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.engine.bundle.Inspection;
import dev.sluice.engine.bundle.Manifest;
import dev.sluice.engine.bundle.Rejection;
import dev.sluice.engine.shard.PolicyShard;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// What `sluice inspect` prints: what a bundle says of itself, and whether that can be trusted.
public record InspectReport(Path directory, Inspection.Claims claims, Trust trust)
    implements Report {

  /// What is known about the trust in what is shown.
  public sealed interface Trust {
    /// No trust root was given.
    record Unknown() implements Trust {}

    /// A proxy with that trust root would load it.
    record Trusted() implements Trust {}

    /// A proxy with that trust root would refuse it.
    record Refused(Rejection rejection) implements Trust {}
  }

  @Override
  public void writeTo(Page page) {
    page.add(Ink.HEADING, "bundle").add(" " + directory + ", ");
    switch (trust) {
      case Trust.Unknown() -> page.add(Ink.CAREFUL, "not verified").line("; give --root to verify");
      case Trust.Trusted() -> page.add(Ink.GOOD, "trusted").line();
      case Trust.Refused(var rejection) ->
          page.add(Ink.BAD, "not trusted").line(" (" + rejection + ")");
    }
    Revision.write(page, claims.manifest(), claims.manifestDigest());
    claims.keyIds().forEach(id -> page.field("signed by", id));
    Revision.contents(page, claims.manifest());
    for (Manifest.Content content : claims.manifest().contents()) {
      page.line();
      page.add("  ").add(Ink.HEADING, content.name()).line();
      PolicyShard shard = claims.contents().get(content.name());
      if (shard == null) {
        page.add("    ").add(Ink.BAD, "missing, changed or not readable").line();
      } else {
        counts(shard)
            .forEach(
                (what, count) -> page.line(String.format(Locale.ROOT, "    %6d %s", count, what)));
      }
    }
  }

  private static Map<String, Integer> counts(PolicyShard shard) {
    var counts = new LinkedHashMap<String, Integer>();
    counts.put("policies", shard.policies().size());
    counts.put("peerAuthentications", shard.peerAuthentications().size());
    counts.put("requestAuthentications", shard.requestAuthentications().size());
    counts.put("guards", shard.guards().size());
    counts.put("bindings", shard.bindings().size());
    counts.put("routes", shard.routes().size());
    counts.put("shadow", shard.shadow().size());
    return counts;
  }

  @Override
  public ObjectNode toJson() {
    Manifest manifest = claims.manifest();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    trust(json.putObject("trust"));
    json.set("bundle", Revision.of(manifest, claims.manifestDigest()));
    Revision.facts(json, manifest);
    BuildReport.blobs(json.putArray("blobs"), manifest);
    ArrayNode signatures = json.putArray("signatures");
    claims.keyIds().forEach(id -> signatures.addObject().put("keyId", id));
    var totals = new LinkedHashMap<String, Integer>();
    ObjectNode shards = JsonNodeFactory.instance.objectNode();
    for (Manifest.Content content : manifest.contents()) {
      PolicyShard shard = claims.contents().get(content.name());
      if (shard == null) {
        shards.putNull(content.name());
        continue;
      }
      ObjectNode counts = shards.putObject(content.name());
      counts(shard)
          .forEach((what, count) -> {
            counts.put(what, count);
            totals.merge(what, count, Integer::sum);
          });
    }
    ObjectNode counts = json.putObject("counts");
    totals.forEach(counts::put);
    json.set("shards", shards);
    return json;
  }

  private void trust(ObjectNode json) {
    switch (trust) {
      case Trust.Unknown() -> json.putNull("trusted").putNull("reason");
      case Trust.Trusted() -> json.put("trusted", true).putNull("reason");
      case Trust.Refused(var rejection) ->
          json.put("trusted", false)
              .put("reason", rejection.code().code())
              .put("message", rejection.detail());
    }
  }
}
