package dev.sluice.compiler.space;

import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Peer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/// Every connection and request there can be, as far as a vocabulary of conditions tells them
/// apart.
///
/// A {@link Region} of it belongs to the question it was made for and is of no use outside.
public final class Space {
  /// Callers come first, so that a region is divided by them without further work.
  static final int PEER = 0;

  static final int WORKLOAD_PORT = 3;

  private final List<Dimension> dimensions = new ArrayList<>();
  private final Map<Condition, Cells> leaves = new HashMap<>();
  private final Map<List<String>, Integer> claimStarts = new LinkedHashMap<>();
  private final Map<List<String>, Axis<String>> claimAxes;
  private final int token;
  private final int service;
  private final Axis<Peer> peers;
  private final Diagram diagram;
  private final int possible;

  /// Where a leaf holds.
  private record Cells(int dimension, BitSet cells) {}

  private Space(Axes axes, Effort effort) {
    peers = axes.peer();
    add(peers);
    add(axes.source());
    add(axes.workloadAddress());
    add(axes.workloadPort());
    service = add(axes.service());
    add(axes.method());
    add(axes.host());
    add(axes.path());
    axes.headers().forEach(this::add);
    token = dimensions.size();
    dimensions.add(new Dimension.Tokens());
    claimAxes = axes.claims();
    claimAxes.forEach((path, axis) -> {
      claimStarts.put(path, dimensions.size());
      for (int cell = 0; cell < axis.size(); cell++) {
        dimensions.add(new Dimension.HasText(path, axis, cell));
      }
    });
    diagram = new Diagram(dimensions.stream().mapToInt(Dimension::size).toArray(), effort);
    possible = possibleClaims();
  }

  /// Answers a question about all connections and requests in the realm, unless it takes more than
  /// the effort allowed.
  public static <T> Answer<T> explore(
      Vocabulary vocabulary, Realm realm, Effort effort, Function<Space, T> question) {
    try {
      return new Answer.Exact<>(
          question.apply(new Space(new Axes(vocabulary, realm, effort), effort)));
    } catch (Effort.Exhausted exhausted) {
      return new Answer.Undecided<>(String.valueOf(exhausted.getMessage()));
    }
  }

  /// {@link #explore(Vocabulary, Realm, Effort, Function)} with the usual effort.
  public static <T> Answer<T> explore(
      Vocabulary vocabulary, Realm realm, Function<Space, T> question) {
    return explore(vocabulary, realm, Effort.usual(), question);
  }

  private int add(Axis<?> axis) {
    int dimension = dimensions.size();
    dimensions.add(new Dimension.OfAxis(axis));
    axis.holds().forEach((leaf, cells) -> leaves.put(leaf, new Cells(dimension, cells)));
    return dimension;
  }

  /// A claim is either an object or has texts of its own.
  private int possibleClaims() {
    int all = Diagram.FULL;
    for (List<String> outer : claimStarts.keySet()) {
      for (List<String> inner : claimStarts.keySet()) {
        boolean isNested =
            inner.size() > outer.size() && inner.subList(0, outer.size()).equals(outer);
        if (isNested) {
          all = diagram.and(all, diagram.not(diagram.and(anyText(outer), anyText(inner))));
        }
      }
    }
    return all;
  }

  private int anyText(List<String> path) {
    var cells = new BitSet();
    cells.set(0, axisOf(path).size());
    return hasTextIn(path, cells);
  }

  private Axis<String> axisOf(List<String> path) {
    Axis<String> axis = claimAxes.get(path);
    if (axis == null) {
      throw new IllegalArgumentException("claim " + path + " is not in the vocabulary");
    }
    return axis;
  }

  private int hasTextIn(List<String> path, BitSet cells) {
    int start = claimStarts.getOrDefault(path, 0);
    int result = Diagram.EMPTY;
    for (int cell = cells.nextSetBit(0); cell >= 0; cell = cells.nextSetBit(cell + 1)) {
      result = diagram.or(result, diagram.cells(start + cell, bit(1)));
    }
    return result;
  }

  private static BitSet bit(int index) {
    var bits = new BitSet();
    bits.set(index);
    return bits;
  }

  /// Everything there can be.
  public Region all() {
    return region(Diagram.FULL);
  }

  /// Nothing.
  public Region none() {
    return region(Diagram.EMPTY);
  }

  /// The requests a condition is true of.
  ///
  /// @throws IllegalArgumentException when a leaf of it is not in the vocabulary
  public Region of(Condition condition) {
    return region(set(condition, View.REQUEST));
  }

  /// The connections a condition is true of whatever request they carry.
  Region surely(Condition condition) {
    return region(set(condition, View.SURELY));
  }

  /// The connections a condition may be true of, depending on the request they carry.
  Region possibly(Condition condition) {
    return region(set(condition, View.POSSIBLY));
  }

  /// The connections without identity.
  public Region anonymous() {
    var cells = new BitSet();
    for (int i = 0; i < peers.size(); i++) {
      cells.set(i, peers.examples().get(i) instanceof Peer.Anonymous);
    }
    return region(diagram.cells(PEER, cells));
  }

  int cellOfPort(int port) {
    Cells cells = leaves.get(new Condition.WorkloadPort(port));
    if (cells == null) {
      throw new IllegalArgumentException("port " + port + " is not in the vocabulary");
    }
    return cells.cells.nextSetBit(0);
  }

  Axis<Peer> peers() {
    return peers;
  }

  /// Whether anything in the vocabulary depends on this.
  public boolean distinguishes(Aspect aspect) {
    return dimensions.stream()
        .anyMatch(dimension ->
            dimension.aspect().equals(aspect)
                && dimension instanceof Dimension.OfAxis(var axis)
                && !axis.holds().isEmpty());
  }

  /// What is not addressed to a Service.
  public Region direct() {
    // the first candidate of the axis is the absent Service, and it has a cell of its own
    return region(diagram.cells(service, bit(0)));
  }

  /// The requests whose token amounts to this.
  public Region withToken(Point.Token kind) {
    return region(diagram.cells(token, bit(Dimension.Tokens.KINDS.indexOf(kind))));
  }

  /// The requests whose token, if it has this claim, has one text in it.
  public Region withSingle(List<String> claim) {
    int several = Diagram.EMPTY;
    if (claimAxes.containsKey(claim)) {
      int start = claimStarts.getOrDefault(claim, 0);
      int seen = Diagram.EMPTY;
      for (int cell = axisOf(claim).size() - 1; cell >= 0; cell--) {
        int here = diagram.cells(start + cell, bit(1));
        several = diagram.or(several, diagram.and(here, seen));
        seen = diagram.or(seen, here);
      }
    }
    return region(diagram.not(several));
  }

  /// The requests a condition is true of where no token is looked at.
  Region withoutToken(Condition condition) {
    return region(set(condition, View.TOKENLESS));
  }

  /// How L7 leaves are taken.
  private enum View {
    REQUEST,
    TOKENLESS,
    SURELY,
    POSSIBLY;

    View negated() {
      return switch (this) {
        case REQUEST -> REQUEST;
        case TOKENLESS -> TOKENLESS;
        case SURELY -> POSSIBLY;
        case POSSIBLY -> SURELY;
      };
    }
  }

  private int set(Condition condition, View view) {
    return switch (condition) {
      case Condition.AllOf(var terms) ->
          folded(terms.stream().map(term -> set(term, view)).toList(), Diagram.FULL, diagram::and);
      case Condition.AnyOf(var terms) -> any(terms, view);
      case Condition.Not(var term) -> diagram.not(set(term, view.negated()));
      case Condition.L4 leaf -> leaf(leaf);
      case Condition.L7 leaf ->
          switch (view) {
            case REQUEST -> leaf(leaf);
            case TOKENLESS -> isAboutToken(leaf) ? Diagram.EMPTY : leaf(leaf);
            case SURELY -> Diagram.EMPTY;
            case POSSIBLY -> Diagram.FULL;
          };
    };
  }

  /// Leaves of one dimension are united before a diagram is made: lists of values are long.
  private int any(List<Condition> terms, View view) {
    var united = new TreeMap<Integer, BitSet>();
    var sets = new ArrayList<Integer>();
    for (Condition term : terms) {
      Cells cells = leaves.get(term);
      boolean isPlain = view == View.REQUEST || view == View.TOKENLESS;
      if (cells != null && !isAboutToken(term) && (isPlain || term instanceof Condition.L4)) {
        united.computeIfAbsent(cells.dimension, _ -> new BitSet()).or(cells.cells);
      } else {
        sets.add(set(term, view));
      }
    }
    united.forEach((dimension, cells) -> sets.add(diagram.cells(dimension, cells)));
    return folded(sets, Diagram.EMPTY, diagram::or);
  }

  private static boolean isAboutToken(Condition leaf) {
    return leaf instanceof Condition.Claim || leaf instanceof Condition.RequestPrincipal;
  }

  /// Combines neighbours first, so that no operand grows before it must.
  static <T> T folded(List<T> values, T neutral, BinaryOperator<T> operation) {
    if (values.size() <= 1) {
      return values.isEmpty() ? neutral : values.getFirst();
    }
    int half = values.size() / 2;
    return operation.apply(
        folded(values.subList(0, half), neutral, operation),
        folded(values.subList(half, values.size()), neutral, operation));
  }

  private int leaf(Condition leaf) {
    if (leaf instanceof Condition.RequestPrincipal principal) {
      return diagram.and(leaf(Vocabulary.issuer(principal)), leaf(Vocabulary.subject(principal)));
    }
    if (leaf instanceof Condition.Claim claim) {
      BitSet cells = axisOf(claim.path()).holds().get(claim);
      if (cells == null) {
        throw new IllegalArgumentException(leaf + " is not in the vocabulary");
      }
      int valid = diagram.cells(token, bit(Dimension.Tokens.KINDS.indexOf(Point.Token.VALID)));
      return diagram.and(valid, hasTextIn(claim.path(), cells));
    }
    Cells cells = leaves.get(leaf);
    if (cells == null) {
      throw new IllegalArgumentException(leaf + " is not in the vocabulary");
    }
    return diagram.cells(cells.dimension, cells.cells);
  }

  private Region region(int set) {
    return new Region(this, diagram.and(set, possible));
  }

  Region derived(int set) {
    return region(set);
  }

  Diagram diagram() {
    return diagram;
  }

  List<Dimension> dimensions() {
    return dimensions;
  }
}
