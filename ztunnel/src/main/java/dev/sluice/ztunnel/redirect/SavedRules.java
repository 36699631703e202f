package dev.sluice.ztunnel.redirect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What `iptables-save` prints: the lines of each table.
final class SavedRules {

  private final Map<String, List<String>> tables = new HashMap<>();

  private SavedRules() {}

  static SavedRules parse(String saved) {
    var rules = new SavedRules();
    List<String> table = new ArrayList<>();
    for (String line : saved.lines().map(String::strip).toList()) {
      if (line.startsWith("*")) {
        table = rules.tables.computeIfAbsent(line.substring(1), _ -> new ArrayList<>());
      } else if (line.startsWith(":") || line.startsWith("-")) {
        table.add(line);
      }
    }
    return rules;
  }

  boolean has(String table, String rule) {
    return count(table, rule) > 0;
  }

  int count(String table, String rule) {
    return (int) lines(table).stream().filter(rule::equals).count();
  }

  boolean hasChain(String table, String chain) {
    return lines(table).stream().anyMatch(line -> line.startsWith(":" + chain + " "));
  }

  private List<String> lines(String table) {
    return tables.getOrDefault(table, List.of());
  }
}
