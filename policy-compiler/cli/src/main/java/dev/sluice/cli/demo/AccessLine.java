package dev.sluice.cli.demo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// One access-log line of a proxy: what it says about one connection or request.
record AccessLine(Map<String, String> fields) {

  AccessLine {
    fields = Map.copyOf(fields);
  }

  /// Reads a JSON log line; empty when it is none of the access log.
  static Optional<AccessLine> parse(String line) {
    return Json.parse(line)
        .filter(tree -> tree.path("scope").asText().equals("access"))
        .map(tree -> {
          var fields = new LinkedHashMap<String, String>();
          tree.properties().forEach(field -> fields.put(field.getKey(), field.getValue().asText()));
          return new AccessLine(fields);
        });
  }

  /// A field; empty text when it is not there.
  String field(String name) {
    return fields.getOrDefault(name, "");
  }

  /// Whether some field is or holds this text.
  boolean mentions(String text) {
    return fields.values().stream().anyMatch(value -> value.contains(text));
  }

  /// The deciding policy and rule, or why there is none; for example `orders-read #1`, `mesh-mtls
  /// (plaintext)` or `no_allow_matched`.
  String decidedBy() {
    String policy = field("policy");
    String name = policy.substring(policy.lastIndexOf('/') + 1);
    String rule = field("rule");
    String reason = field("reason");
    if (name.isEmpty()) {
      return reason;
    }
    if (!rule.isEmpty()) {
      // People count from one, as `plan` does.
      return name + " #" + (Integer.parseInt(rule) + 1);
    }
    return reason.isEmpty() ? name : name + " (" + reason.replace("_refused", "") + ")";
  }
}
