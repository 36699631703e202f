package dev.sluice.compiler.space;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.StringMatch;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Says in words which callers and requests a region holds, in the terms of the policies it was
/// made for.
///
/// Words are for people; what counts is the region.
public final class Wording {
  private static final int NAMES = 6;

  private final Space space;
  private final TrustDomain own;
  private final Region context;

  /// `own` is the trust domain, and `context` the requests, that go without saying.
  public Wording(Space space, TrustDomain own, Region context) {
    this.space = space;
    this.own = own;
    this.context = context;
  }

  /// Callers that may do exactly the same, and what that is.
  public record Callers(String words, Region region) {}

  /// A region divided by who may do the same.
  public List<Callers> callers(Region region) {
    var groups = new ArrayList<Callers>();
    if (region.isEmpty()) {
      return groups;
    }
    Map<Integer, BitSet> byRest = new LinkedHashMap<>();
    for (int cell = 0; cell < space.peers().size(); cell++) {
      int rest = rest(region.set(), cell);
      if (rest != Diagram.EMPTY) {
        byRest.computeIfAbsent(rest, _ -> new BitSet()).set(cell);
      }
    }
    Diagram diagram = space.diagram();
    byRest.forEach((rest, cells) ->
        groups.add(
            new Callers(
                callers(cells),
                space.derived(diagram.and(rest, diagram.cells(Space.PEER, cells))))));
    return groups;
  }

  /// What a set is for callers of one cell.
  private int rest(int set, int cell) {
    Diagram diagram = space.diagram();
    boolean isDecision = set > Diagram.FULL && diagram.axis(set) == Space.PEER;
    return isDecision ? diagram.next(set, cell) : set;
  }

  /// Whether there can be callers of this kind at all.
  private boolean isPossible(int cell) {
    return rest(context.set(), cell) != Diagram.EMPTY;
  }

  private String callers(BitSet cells) {
    var missing = new BitSet();
    boolean hasAnonymous = false;
    for (int cell = 0; cell < space.peers().size(); cell++) {
      boolean isAnonymous = space.peers().examples().get(cell) instanceof Peer.Anonymous;
      hasAnonymous |= isAnonymous && isPossible(cell);
      missing.set(cell, !cells.get(cell) && isPossible(cell) && !isAnonymous);
    }
    List<Peer> examples = space.peers().examples();
    boolean hasPlaintext = false;
    Set<String> names = new LinkedHashSet<>();
    for (int cell = cells.nextSetBit(0); cell >= 0; cell = cells.nextSetBit(cell + 1)) {
      switch (examples.get(cell)) {
        case Peer.Anonymous() -> hasPlaintext = true;
        case Peer.Identified(var id) -> names.add(caller(cell, id));
      }
    }
    var words = new ArrayList<String>();
    if (missing.isEmpty() && !names.isEmpty()) {
      return hasPlaintext && hasAnonymous ? "anyone" : "any mesh identity";
    }
    words.addAll(names.stream().sorted(Wording::specificFirst).toList());
    if (hasPlaintext) {
      words.add("plaintext");
    }
    return abbreviated(words);
  }

  private static int specificFirst(String one, String other) {
    int byKind = Boolean.compare(one.startsWith("any "), other.startsWith("any "));
    return byKind != 0 ? byKind : one.compareTo(other);
  }

  static String abbreviated(List<String> words) {
    if (words.size() <= NAMES) {
      return String.join(", ", words);
    }
    return String.join(", ", words.subList(0, NAMES - 1))
        + " and "
        + (words.size() - NAMES + 1)
        + " more";
  }

  /// One kind of identity, of which `example` is one.
  private String caller(int cell, SpiffeId example) {
    String namespace = "";
    Set<String> patterns = new LinkedHashSet<>();
    boolean isSingle = false;
    for (var leaf : space.peers().holds().entrySet()) {
      if (leaf.getValue().get(cell)) {
        switch (leaf.getKey()) {
          case Condition.Principal(StringMatch.Exact _), Condition.PeerServiceAccount _ ->
              isSingle = true;
          case Condition.PeerNamespace(StringMatch.Exact(var name)) -> namespace = name;
          case Condition.Principal(var match) -> patterns.add(Terms.text(match));
          case Condition.PeerNamespace(var match) -> patterns.add("namespace " + Terms.text(match));
          case Condition.PeerTrustDomain _,
              Condition.AllOf _,
              Condition.AnyOf _,
              Condition.Not _,
              Condition.L4 _,
              Condition.L7 _ -> {}
        }
      }
    }
    if (isSingle) {
      return example.principal();
    }
    String foreign = example.trustDomain().equals(own) ? "" : " of other trust domains";
    String matching = patterns.isEmpty() ? "" : " matching " + String.join(" and ", patterns);
    return namespace.isEmpty()
        ? (patterns.isEmpty() ? "any other mesh identity" : "any other identity")
            + matching
            + foreign
        : (isAlone(namespace) ? "any identity in namespace " : "any other identity in namespace ")
            + namespace
            + matching
            + foreign;
  }

  /// Whether nobody of this namespace is named.
  private boolean isAlone(String namespace) {
    return space.peers().holds().keySet().stream()
        .noneMatch(leaf ->
            switch (leaf) {
              case Condition.Principal(var match) ->
                  Terms.text(match).contains("/ns/" + namespace + "/");
              case Condition.PeerServiceAccount(var here, var _) -> here.equals(namespace);
              case Condition.AllOf _,
                  Condition.AnyOf _,
                  Condition.Not _,
                  Condition.L4 _,
                  Condition.L7 _ ->
                  false;
            });
  }

  /// A leaf's text as policies write it: `abc`, `abc*`, `*abc` or `*`.
  public static String text(StringMatch match) {
    return Terms.text(match);
  }

  /// What the requests of a region have in common, leaving the caller aside: at most `most`
  /// alternatives, then how it goes on.
  public List<String> operations(Region region, int most) {
    Set<String> operations = new LinkedHashSet<>();
    int simple = space.diagram().simplified(region.set(), careless(region));
    boolean isComplete = collect(simple, new TreeMap<>(), operations, most);
    var words = new ArrayList<>(operations);
    if (!isComplete) {
      words.add("…");
    }
    return words;
  }

  /// The context for the callers of this region alone, who are said elsewhere.
  private int careless(Region region) {
    var cells = new BitSet();
    for (int cell = 0; cell < space.peers().size(); cell++) {
      cells.set(cell, rest(region.set(), cell) != Diagram.EMPTY);
    }
    Diagram diagram = space.diagram();
    return diagram.and(context.set(), diagram.cells(Space.PEER, cells));
  }

  private boolean collect(
      int set, SortedMap<Integer, BitSet> path, Set<String> operations, int most) {
    if (set == Diagram.EMPTY) {
      return true;
    }
    if (set == Diagram.FULL) {
      String words = operation(path);
      boolean fits = operations.size() < most || operations.contains(words);
      if (fits) {
        operations.add(words);
      }
      return fits;
    }
    Diagram diagram = space.diagram();
    int axis = diagram.axis(set);
    Map<Integer, BitSet> byRest = new LinkedHashMap<>();
    for (int cell = 0; cell < space.dimensions().get(axis).size(); cell++) {
      byRest.computeIfAbsent(diagram.next(set, cell), _ -> new BitSet()).set(cell);
    }
    for (var branch : byRest.entrySet()) {
      path.put(axis, branch.getValue());
      boolean isComplete = collect(branch.getKey(), path, operations, most);
      path.remove(axis);
      if (!isComplete) {
        return false;
      }
    }
    return true;
  }

  private String operation(SortedMap<Integer, BitSet> path) {
    var terms = new Terms();
    path.forEach((axis, cells) -> terms.add(space.dimensions().get(axis), cells));
    return terms.toString();
  }
}
