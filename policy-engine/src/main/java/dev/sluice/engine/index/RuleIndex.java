package dev.sluice.engine.index;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Evaluation.Truth;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.Peer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Rules of one action filed under keys; finds the first, in the order of policies, that holds.
///
/// Only rules under keys that the traffic has are looked at. Lookups allocate nothing.
final class RuleIndex {

  /// No rule holds.
  static final int NONE = Integer.MAX_VALUE;

  private final List<Matcher> rules;
  private final Wanted wanted;
  private final Posting residue;
  private final Map<SpiffeId, Posting> identities;
  private final Map<String, NamespaceEntry> namespaces;
  private final PortTable<Posting> workloadPorts;
  private final PortTable<Posting> servicePorts;
  private final Map<String, Posting> methods;
  private final Map<String, Posting> paths;
  private final PrefixTree prefixes;
  private final int worstCase;

  /// Which values on a bare connection count: an unknown DENY denies, an unknown ALLOW does not
  /// allow.
  enum Wanted {
    TRUE,
    TRUE_OR_UNKNOWN
  }

  /// What is filed under a namespace and under its service accounts.
  private record NamespaceEntry(Posting posting, Map<String, Posting> accounts) {}

  private RuleIndex(List<Matcher> rules, Wanted wanted, Filing filing) {
    this.rules = rules;
    this.wanted = wanted;
    this.residue = Posting.of(filing.residue);
    this.identities = postings(filing.identities);
    this.methods = postings(filing.methods);
    this.paths = postings(filing.paths);
    this.prefixes = PrefixTree.of(postings(filing.prefixes));
    this.workloadPorts = ports(filing.workloadPorts);
    this.servicePorts = ports(filing.servicePorts);
    var entries = new HashMap<String, NamespaceEntry>();
    for (String name : filing.namespaceNames()) {
      entries.put(
          name,
          new NamespaceEntry(
              Posting.of(filing.namespaces.getOrDefault(name, List.of())),
              postings(filing.accounts.getOrDefault(name, Map.of()))));
    }
    this.namespaces = entries;
    this.worstCase =
        residue.size()
            + largest(identities.values())
            + namespaces.values().stream()
                .mapToInt(entry -> entry.posting().size() + largest(entry.accounts().values()))
                .max()
                .orElse(0)
            + largest(postings(filing.workloadPorts).values())
            + largest(postings(filing.servicePorts).values())
            + largest(methods.values())
            + largest(paths.values())
            + prefixes.heaviest();
  }

  static RuleIndex of(List<Condition> conditions, Wanted wanted, Slicer slicer) {
    var filing = new Filing();
    for (int position = 0; position < conditions.size(); position++) {
      switch (slicer.cover(conditions.get(position))) {
        case Cover.Anything() -> filing.residue.add(position);
        case Cover.Keys(var keys) -> {
          for (Key key : keys) {
            filing.file(key, position);
          }
        }
      }
    }
    return new RuleIndex(conditions.stream().map(MatcherBuilder::build).toList(), wanted, filing);
  }

  /// Positions by key while the index is built.
  private static final class Filing {
    private final List<Integer> residue = new ArrayList<>();
    private final Map<SpiffeId, List<Integer>> identities = new HashMap<>();
    private final Map<String, List<Integer>> namespaces = new HashMap<>();
    private final Map<String, Map<String, List<Integer>>> accounts = new HashMap<>();
    private final Map<Integer, List<Integer>> workloadPorts = new HashMap<>();
    private final Map<Integer, List<Integer>> servicePorts = new HashMap<>();
    private final Map<String, List<Integer>> methods = new HashMap<>();
    private final Map<String, List<Integer>> paths = new HashMap<>();
    private final Map<String, List<Integer>> prefixes = new HashMap<>();

    void file(Key key, int position) {
      switch (key) {
        case Key.Identity(var id) -> add(identities, id, position);
        case Key.Namespace(var name) -> add(namespaces, name, position);
        case Key.ServiceAccount(var namespace, var name) ->
            add(accounts.computeIfAbsent(namespace, _ -> new HashMap<>()), name, position);
        case Key.WorkloadPort(int port) -> add(workloadPorts, port, position);
        case Key.ServicePort(int port) -> add(servicePorts, port, position);
        case Key.Method(var method) -> add(methods, method, position);
        case Key.ExactPath(var path) -> add(paths, path, position);
        case Key.PathPrefix(var prefix) -> add(prefixes, prefix, position);
      }
    }

    private static <K> void add(Map<K, List<Integer>> map, K key, int position) {
      map.computeIfAbsent(key, _ -> new ArrayList<>()).add(position);
    }

    Collection<String> namespaceNames() {
      var names = new TreeSet<>(namespaces.keySet());
      names.addAll(accounts.keySet());
      return names;
    }
  }

  /// A hash map with chains, written once: `Map.copyOf` probes linearly, and numbered names, whose
  /// hashes lie side by side, make long runs there that every miss must walk.
  private static <K> Map<K, Posting> postings(Map<K, List<Integer>> filed) {
    var result = new HashMap<K, Posting>();
    filed.forEach((key, positions) -> result.put(key, Posting.of(positions)));
    return result;
  }

  private static PortTable<Posting> ports(Map<Integer, List<Integer>> filed) {
    Map<Integer, Posting> postings = postings(filed);
    return PortTable.of(new TreeSet<>(filed.keySet()), postings::get);
  }

  private static int largest(Collection<Posting> postings) {
    return postings.stream().mapToInt(Posting::size).max().orElse(0);
  }

  /// The most rules that one lookup evaluates, whatever the traffic.
  int worstCase() {
    return worstCase;
  }

  /// The position of the first rule that holds on a bare connection.
  int first(Connection connection) {
    return first(connection, null);
  }

  /// The position of the first rule that holds for a request.
  int first(HttpRequest request) {
    return first(request.connection(), request);
  }

  /// The value of a rule on a bare connection.
  Truth test(int position, Connection connection) {
    return rules.get(position).test(connection);
  }

  private int first(Connection connection, @Nullable HttpRequest request) {
    int best = scan(residue, NONE, connection, request);
    if (connection.peer() instanceof Peer.Identified(SpiffeId id)) {
      best = scan(identities.get(id), best, connection, request);
      NamespaceEntry entry = namespaces.get(id.namespace());
      if (entry != null) {
        best = scan(entry.posting(), best, connection, request);
        best = scan(entry.accounts().get(id.serviceAccount()), best, connection, request);
      }
    }
    best = scan(workloadPorts.at(connection.workload().port()), best, connection, request);
    var service = connection.service();
    if (service != null) {
      best = scan(servicePorts.at(service.port()), best, connection, request);
    }
    return request == null ? best : byRequest(best, connection, request);
  }

  private int byRequest(int found, Connection connection, HttpRequest request) {
    String path = request.path();
    int best = scan(paths.get(path), found, connection, request);
    best = scan(methods.get(request.method()), best, connection, request);
    PrefixTree node = prefixes;
    int at = 0;
    while (node != null) {
      best = scan(node.posting(), best, connection, request);
      node = node.next(path, at);
      at += node == null ? 0 : node.length();
    }
    return best;
  }

  /// The first of these positions that holds, or `best` when none before it does.
  private int scan(
      @Nullable Posting posting, int best, Connection connection, @Nullable HttpRequest request) {
    if (posting == null) {
      return best;
    }
    for (int i = 0; i < posting.size(); i++) {
      int position = posting.at(i);
      if (position >= best) {
        return best;
      }
      if (holds(rules.get(position), connection, request)) {
        return position;
      }
    }
    return best;
  }

  private boolean holds(Matcher rule, Connection connection, @Nullable HttpRequest request) {
    if (request != null) {
      return rule.matches(request);
    }
    return switch (rule.test(connection)) {
      case TRUE -> true;
      case UNKNOWN -> wanted == Wanted.TRUE_OR_UNKNOWN;
      case FALSE -> false;
    };
  }
}
