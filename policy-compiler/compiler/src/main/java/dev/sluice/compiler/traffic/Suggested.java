package dev.sluice.compiler.traffic;

import java.util.List;
import java.util.SortedMap;

/// An ALLOW policy made of observations; without rules it allows nothing.
///
/// `labels` select its workloads, or `service` is what it targets (empty: none). `exempt` are
/// principals that dialled the pods behind that Service directly.
public record Suggested(
    String namespace,
    String name,
    SortedMap<String, String> labels,
    String service,
    List<String> exempt,
    List<Rule> rules) {
  public Suggested {
    labels = java.util.Collections.unmodifiableSortedMap(new java.util.TreeMap<>(labels));
    exempt = List.copyOf(exempt);
    rules = List.copyOf(rules);
  }

  /// One rule: who may do what. Empty `principals` stand for clients without identity at
  /// `addresses`; empty `ports`, `methods` and `paths` are left out.
  public record Rule(
      List<String> principals,
      List<String> addresses,
      List<String> ports,
      List<String> methods,
      List<String> paths) {
    public Rule {
      principals = List.copyOf(principals);
      addresses = List.copyOf(addresses);
      ports = List.copyOf(ports);
      methods = List.copyOf(methods);
      paths = List.copyOf(paths);
    }
  }
}
