package dev.sluice.cli.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.compiler.trust.Problem;
import dev.sluice.engine.bundle.TrustRoot;
import dev.sluice.engine.bundle.TrustRoot.Role;
import dev.sluice.engine.bundle.VerificationKey;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What `sluice keys` prints: the trust root of a key directory, and what keeps bundles from being
/// signed with it. Shows public keys only.
public record KeysReport(Path directory, TrustRoot root, List<Problem> problems) implements Report {

  public KeysReport {
    problems = List.copyOf(problems);
  }

  @Override
  public void writeTo(Page page) {
    page.add(Ink.HEADING, "keys").line(" " + directory);
    page.field("version", root.version() + " of the trust root, epoch " + root.epoch());
    page.field("valid", root.issuedAt() + " to " + root.expires());
    roles()
        .forEach((name, role) -> {
          page.field(name, role.threshold() + " of " + Page.count(role.keys().size(), "key"));
          keys(role).forEach(key -> page.field("", key.algorithm().id() + " " + key.id()));
        });
    if (problems.isEmpty()) {
      page.add("  ").add(Ink.HEADING, Page.pad("signing", 10)).add(Ink.GOOD, "possible").line();
    } else {
      page.add("  ").add(Ink.HEADING, Page.pad("signing", 10)).add(Ink.BAD, "not possible").line();
      problems.forEach(problem -> {
        page.field("", problem.toString());
        page.field("", "  help: " + problem.help());
      });
    }
  }

  private Map<String, Role> roles() {
    var roles = new LinkedHashMap<String, Role>();
    roles.put("root", root.roles().root());
    roles.put("bundle", root.roles().bundle());
    roles.put("freshness", root.roles().freshness());
    return roles;
  }

  private static List<VerificationKey> keys(Role role) {
    return role.keys().stream().sorted(Comparator.comparing(VerificationKey::id)).toList();
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("directory", directory.toString())
            .put("version", root.version())
            .put("epoch", root.epoch())
            .put("issuedAt", root.issuedAt().toString())
            .put("expiresAt", root.expires().toString());
    ObjectNode roles = json.putObject("roles");
    roles()
        .forEach((name, role) -> {
          ObjectNode node = roles.putObject(name).put("threshold", role.threshold());
          ArrayNode keys = node.putArray("keys");
          keys(role)
              .forEach(key ->
                  keys.addObject().put("keyId", key.id()).put("algorithm", key.algorithm().id()));
        });
    ArrayNode problemsJson = json.putArray("problems");
    problems.forEach(problem ->
        problemsJson
            .addObject()
            .put("file", problem.file().toString())
            .put("message", problem.message())
            .put("help", problem.help()));
    return json;
  }
}
