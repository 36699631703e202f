package dev.sluice.ztunnel.dns;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// What a name in a query may stand for, the likeliest first.
///
/// A client completes a short name by its search domains before it asks, and asks for the completed
/// name first; so a name that ends in a search domain may be a whole name with something behind it.
/// Source: ztunnel's DNS proxy.
///
/// @param clusterDomain such as `cluster.local`
/// @param searchDomains of the client
record NameCandidates(String clusterDomain, List<String> searchDomains) {

  private static final int MOST_LABELS = 128;

  NameCandidates {
    searchDomains = List.copyOf(searchDomains);
  }

  /// The search domains a pod of a namespace has unless it says otherwise.
  static NameCandidates ofPod(String namespace, String clusterDomain) {
    return new NameCandidates(
        clusterDomain,
        List.of(namespace + ".svc." + clusterDomain, "svc." + clusterDomain, clusterDomain));
  }

  /// A hostname of the mesh that is looked for.
  ///
  /// @param properName what the answer calls it; empty for what the query called it
  record Candidate(String hostname, String properName) {}

  List<Candidate> of(String name, String namespace) {
    var result = new LinkedHashSet<Candidate>();
    addAll(result, name, namespace, "");
    for (String domain : searchDomains) {
      if (name.endsWith("." + domain)) {
        String bare = name.substring(0, name.length() - domain.length() - 1);
        if (!bare.isEmpty()) {
          addAll(result, bare, namespace, bare);
        }
      }
    }
    return List.copyOf(result);
  }

  private void addAll(
      LinkedHashSet<Candidate> result, String name, String namespace, String properName) {
    for (String hostname : expanded(name, namespace)) {
      result.add(new Candidate(hostname, properName));
    }
    // `a.b.c` is also one of `*.b.c` and of `*.c`.
    int dot = name.indexOf('.');
    for (int labels = 0; dot >= 0 && labels < MOST_LABELS; labels++) {
      result.add(new Candidate("*" + name.substring(dot), properName));
      dot = name.indexOf('.', dot + 1);
    }
  }

  private List<String> expanded(String name, String namespace) {
    var result = new ArrayList<String>();
    result.add(name);
    List<String> labels = List.of(name.split("\\.", -1));
    switch (labels.size()) {
      case 1 -> result.add(name + "." + namespace + ".svc." + clusterDomain);
      case 2 -> result.add(name + ".svc." + clusterDomain);
      case 3 -> {
        if (labels.getLast().equals("svc")) {
          result.add(name + "." + clusterDomain);
        }
      }
      default -> {
        // Nobody shortens it like this.
      }
    }
    return result;
  }
}
