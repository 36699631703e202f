package dev.sluice.engine.index;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.PathTemplate;
import dev.sluice.engine.policy.StringMatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Files a rule under its most selective positive condition: the one whose keys the fewest rules
/// mention.
final class SelectiveSlicer implements Slicer {

  private static final Cover ANYTHING = new Cover.Anything();
  private static final int BREADTHS = 8;

  /// Longer prefixes are filed under their start, which bounds the depth of the tree.
  private static final int MAX_PREFIX = 256;

  private final Layer layer;
  private final int rules;
  private final Map<Key, Integer> mentions = new HashMap<>();

  private SelectiveSlicer(int rules, Layer layer) {
    this.rules = rules;
    this.layer = layer;
  }

  static Slicer of(List<Condition> rules, Layer layer) {
    var slicer = new SelectiveSlicer(rules.size(), layer);
    rules.forEach(slicer::count);
    return slicer;
  }

  private void count(Condition condition) {
    switch (condition) {
      case Condition.AllOf(var terms) -> terms.forEach(this::count);
      case Condition.AnyOf(var terms) -> terms.forEach(this::count);
      case Condition.Not _ -> {}
      case Condition.L4 _, Condition.L7 _ -> {
        if (cover(condition) instanceof Cover.Keys(var keys)) {
          keys.forEach(key -> mentions.merge(key, 1, Integer::sum));
        }
      }
    }
  }

  @Override
  public Cover cover(Condition condition) {
    return switch (condition) {
      case Condition.AllOf(var terms) -> narrowest(terms);
      case Condition.AnyOf(var terms) -> union(terms);
      case Condition.Not _ -> ANYTHING;
      case Condition.L4 leaf -> leaf(leaf);
      case Condition.L7 leaf ->
          switch (layer) {
            case CONNECTION -> ANYTHING;
            case REQUEST -> leaf(leaf);
          };
    };
  }

  private Cover narrowest(List<Condition> terms) {
    Cover best = ANYTHING;
    for (Condition term : terms) {
      Cover cover = cover(term);
      best = cost(cover) < cost(best) ? cover : best;
    }
    return best;
  }

  private Cover union(List<Condition> terms) {
    var all = new ArrayList<Key>();
    for (Condition term : terms) {
      switch (cover(term)) {
        case Cover.Keys(var keys) -> all.addAll(keys);
        case Cover.Anything anything -> {
          return anything;
        }
      }
    }
    return new Cover.Keys(all);
  }

  /// Traffic has one key of each kind (of path prefixes several), so the broadest key counts.
  private long cost(Cover cover) {
    return switch (cover) {
      case Cover.Anything() -> Long.MAX_VALUE;
      case Cover.Keys(var keys) -> keys.stream().mapToLong(this::cost).max().orElse(-1);
    };
  }

  private long cost(Key key) {
    boolean everywhere = key instanceof Key.PathPrefix(var prefix) && prefix.length() <= 1;
    long selected = everywhere ? rules : mentions.getOrDefault(key, 0);
    return selected * BREADTHS + key.breadth();
  }

  private static Cover leaf(Condition.L4 leaf) {
    return switch (leaf) {
      case Condition.Principal(StringMatch.Exact(var principal)) ->
          new Cover.Keys(
              SpiffeId.parsePrincipal(principal).<Key>map(Key.Identity::new).stream().toList());
      case Condition.PeerNamespace(StringMatch.Exact(var name)) -> key(new Key.Namespace(name));
      case Condition.PeerServiceAccount(var namespace, var name) ->
          key(new Key.ServiceAccount(namespace, name));
      case Condition.WorkloadPort(int port) -> key(new Key.WorkloadPort(port));
      case Condition.ServicePort(int port) -> key(new Key.ServicePort(port));
      case Condition.Principal _,
          Condition.PeerNamespace _,
          Condition.PeerTrustDomain _,
          Condition.SourceAddress _,
          Condition.WorkloadAddress _,
          Condition.ServiceAddress _ ->
          ANYTHING;
    };
  }

  private static Cover leaf(Condition.L7 leaf) {
    return switch (leaf) {
      case Condition.Method(StringMatch.Exact(var method)) -> key(new Key.Method(method));
      case Condition.Path(StringMatch.Exact(var path)) -> key(new Key.ExactPath(path));
      case Condition.Path(StringMatch.Prefix(var prefix)) -> key(prefix(prefix));
      case Condition.TemplatedPath(var template) -> key(literalStart(template));
      case Condition.Method _,
          Condition.Path _,
          Condition.Host _,
          Condition.Header _,
          Condition.RequestPrincipal _,
          Condition.Claim _ ->
          ANYTHING;
    };
  }

  private static Cover key(Key key) {
    return new Cover.Keys(List.of(key));
  }

  private static Key prefix(String prefix) {
    return new Key.PathPrefix(prefix.substring(0, Math.min(prefix.length(), MAX_PREFIX)));
  }

  private static Key literalStart(PathTemplate template) {
    var start = new StringBuilder();
    for (PathTemplate.Segment segment : template.segments()) {
      switch (segment) {
        case PathTemplate.Segment.Literal(var text) -> start.append('/').append(text);
        case PathTemplate.Segment.One() -> {
          return prefix(start.append('/').toString());
        }
        // zero segments need no slash either
        case PathTemplate.Segment.Many() -> {
          return prefix(start.toString());
        }
      }
    }
    return new Key.ExactPath(start.toString());
  }
}
