package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.compiler.trust.RoleName;
import dev.sluice.engine.bundle.RootDraft;
import dev.sluice.engine.bundle.RootDraft.Quorum;
import dev.sluice.engine.bundle.TrustRoot;
import dev.sluice.engine.bundle.TrustRoot.Role;
import dev.sluice.engine.bundle.TrustRoot.Statement;
import dev.sluice.engine.bundle.VerificationKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the commands print that change a trust root: what it changes, and whether it is in force or
/// who still has to sign.
public record RootReport(Path path, Statement before, Statement next, Map<String, Quorum> missing)
    implements Report {

  public RootReport {
    missing = Collections.unmodifiableMap(new LinkedHashMap<>(missing));
  }

  /// The root in `directory` is in force.
  public static RootReport inForce(Path directory, TrustRoot root, TrustRoot before) {
    return new RootReport(directory, before.statement(), root.statement(), Map.of());
  }

  /// The root in `file` waits for signatures, or for being put in force.
  public static RootReport waiting(Path file, RootDraft draft, TrustRoot present) {
    var missing = new LinkedHashMap<String, Quorum>();
    missing.put("present", draft.of(present));
    missing.put("next", draft.own());
    return new RootReport(file, present.statement(), draft.statement(), missing);
  }

  @Override
  public void writeTo(Page page) {
    page.add(Ink.HEADING, "trust root " + next.version()).line(" " + path);
    changes().forEach(change -> page.field("", change));
    page.field("valid", next.issuedAt() + " to " + next.expires());
    if (missing.isEmpty()) {
      page.add("  ").add(Ink.HEADING, Page.pad("state", 10)).add(Ink.GOOD, "in force").line();
      page.field("", "copy root.json and roots/ to every machine that builds bundles");
      return;
    }
    page.add("  ")
        .add(Ink.HEADING, Page.pad("state", 10))
        .add(Ink.CAREFUL, "waits for signatures")
        .line();
    missing.forEach((root, quorum) ->
        page.field(
            "",
            "%d of %d root keys of the %s trust root signed"
                .formatted(quorum.have(), quorum.need(), root)));
    boolean isComplete = missing.values().stream().allMatch(Quorum::isReached);
    page.field(
        "",
        isComplete
            ? "bring it back: sluice keys sign KEYS_DIR --from " + path
            : "next: sluice keys sign FILE --root root.json --sign-with KEY");
  }

  /// What differs, one sentence each.
  List<String> changes() {
    var changes = new ArrayList<String>();
    if (next.epoch() != before.epoch()) {
      changes.add("epoch " + before.epoch() + " becomes " + next.epoch());
    }
    for (RoleName name : RoleName.values()) {
      Role was = name.of(before.roles());
      Role is = name.of(next.roles());
      for (VerificationKey key : is.keys()) {
        if (!was.keys().contains(key)) {
          changes.add("+ " + name.word() + " " + key.algorithm().id() + " " + key.id());
        }
      }
      for (VerificationKey key : was.keys()) {
        if (!is.keys().contains(key)) {
          boolean isCompromised = next.compromised().contains(key.id());
          changes.add(
              "- "
                  + name.word()
                  + " "
                  + key.algorithm().id()
                  + " "
                  + key.id()
                  + (isCompromised ? " (compromised)" : ""));
        }
      }
      if (was.threshold() != is.threshold()) {
        changes.add(
            "%s: %d keys must sign instead of %d"
                .formatted(name.word(), is.threshold(), was.threshold()));
      }
    }
    return changes.isEmpty() ? List.of("the same keys, another validity") : changes;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("path", path.toString())
            .put("version", next.version())
            .put("epoch", next.epoch())
            .put("issuedAt", next.issuedAt().toString())
            .put("expiresAt", next.expires().toString())
            .put("inForce", missing.isEmpty());
    ArrayNode changes = json.putArray("changes");
    changes().forEach(changes::add);
    ArrayNode quorums = json.putArray("signatures");
    missing.forEach((root, quorum) ->
        quorums
            .addObject()
            .put("root", root)
            .put("have", quorum.have())
            .put("need", quorum.need()));
    return json;
  }
}
