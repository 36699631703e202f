package dev.sluice.compiler.space;

import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.StringMatch;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The words for one kind of operation: `GET, HEAD /orders/* on port 8080 with header x-a: b`.
final class Terms {
  private static final String EXCEPT = "any but ";

  private String method = "";
  private String path = "";
  private final List<String> others = new ArrayList<>();
  private final Map<List<String>, Texts> claims = new LinkedHashMap<>();

  /// What is said about one claim.
  private record Texts(List<String> present, List<String> absent) {}

  static String text(StringMatch match) {
    return switch (match) {
      case StringMatch.Exact(var value) -> value;
      case StringMatch.Prefix(var value) -> value + "*";
      case StringMatch.Suffix(var value) -> "*" + value;
      case StringMatch.Present() -> "*";
    };
  }

  void add(Dimension dimension, BitSet cells) {
    switch (dimension) {
      case Dimension.OfAxis(var axis) -> add(axis, cells);
      case Dimension.Tokens() -> token(cells);
      case Dimension.HasText(var path, var axis, int cell) -> {
        Texts texts =
            claims.computeIfAbsent(path, _ -> new Texts(new ArrayList<>(), new ArrayList<>()));
        boolean isPresent = cells.get(1) && !cells.get(0);
        (isPresent ? texts.present : texts.absent).add(names(axis, cell));
      }
    }
  }

  private void add(Axis<?> axis, BitSet cells) {
    String words = new Cover(axis, cells).words();
    switch (axis.aspect()) {
      case Aspect.Method() -> method = words;
      case Aspect.Path() -> path = words;
      case Aspect.Host() -> others.add("to " + qualified("host", words));
      case Aspect.WorkloadPort() -> others.addFirst("on " + qualified("port", words));
      case Aspect.SourceAddress() -> others.add("from " + qualified("address", words));
      case Aspect.WorkloadAddress() -> others.add("to " + qualified("address", words));
      case Aspect.Header(var name) -> others.add("with header " + name + ": " + words);
      // who calls and which Service is addressed is said elsewhere
      case Aspect.PeerIdentity(), Aspect.AddressedService() -> {}
      case Aspect.TokenValidity(), Aspect.ClaimText _ ->
          throw new IllegalStateException("not a plain axis: " + axis.aspect());
    }
  }

  private static String qualified(String noun, String words) {
    return words.startsWith(EXCEPT)
        ? "any " + noun + " but " + words.substring(EXCEPT.length())
        : noun + " " + words;
  }

  private void token(BitSet cells) {
    boolean absent = cells.get(Dimension.Tokens.KINDS.indexOf(Point.Token.ABSENT));
    boolean valid = cells.get(Dimension.Tokens.KINDS.indexOf(Point.Token.VALID));
    boolean invalid = cells.get(Dimension.Tokens.KINDS.indexOf(Point.Token.INVALID));
    if (valid && !absent && !invalid) {
      others.add("with a valid token");
    } else if (!valid && absent && !invalid) {
      others.add("without a token");
    } else if (!valid && !absent && invalid) {
      others.add("with an invalid token");
    } else if (valid && !absent) {
      others.add("with a token");
    } else if (!valid && invalid) {
      others.add("without a valid token");
    }
  }

  private static String names(Axis<String> axis, int cell) {
    var cells = new BitSet();
    cells.set(cell);
    return new Cover(axis, cells).words();
  }

  @Override
  public String toString() {
    var words = new ArrayList<String>();
    if (!method.isEmpty() || !path.isEmpty()) {
      words.add(method.isEmpty() ? "any method" : method);
      words.add(path.isEmpty() ? "any path" : path);
    }
    words.addAll(others);
    claims.forEach((path, texts) -> {
      String name = String.join(".", path);
      if (!texts.present.isEmpty()) {
        words.add("with claim " + name + ": " + Wording.abbreviated(texts.present));
      } else {
        words.add("without claim " + name + ": " + Wording.abbreviated(texts.absent));
      }
    });
    return String.join(" ", words);
  }

  /// Some cells of an axis in terms of its leaves.
  private record Cover(Axis<?> axis, BitSet cells) {

    String words() {
      Optional<List<String>> inside = exactly(cells);
      if (inside.isPresent()) {
        return Wording.abbreviated(inside.get());
      }
      var outside = new BitSet();
      outside.set(0, axis.size());
      outside.andNot(cells);
      return exactly(outside)
          .map(names -> EXCEPT + Wording.abbreviated(names))
          .orElseGet(this::piecewise);
    }

    /// Leaves that together hold in exactly these cells.
    private Optional<List<String>> exactly(BitSet wanted) {
      var names = new ArrayList<String>();
      BitSet left = (BitSet) wanted.clone();
      for (var leaf : largestFirst()) {
        BitSet holds = leaf.getValue();
        boolean isInside = isSubset(holds, wanted);
        if (isInside && holds.intersects(left)) {
          names.add(name(leaf.getKey()));
          left.andNot(holds);
        }
      }
      return left.isEmpty() ? Optional.of(names.stream().sorted().toList()) : Optional.empty();
    }

    /// Leaves as far as they hold, each with its exceptions; `others` for what no leaf names.
    private String piecewise() {
      var names = new ArrayList<String>();
      BitSet left = (BitSet) cells.clone();
      List<Map.Entry<Condition, BitSet>> leaves = largestFirst().reversed();
      for (var leaf : leaves) {
        if (leaf.getValue().intersects(left)) {
          var except = (BitSet) leaf.getValue().clone();
          except.andNot(cells);
          String but =
              except.isEmpty()
                  ? ""
                  : exactly(except)
                      .map(Wording::abbreviated)
                      .map(" but "::concat)
                      .orElse(" partly");
          names.add(name(leaf.getKey()) + but);
          left.andNot(leaf.getValue());
        }
      }
      if (!left.isEmpty()) {
        names.add("others");
      }
      return Wording.abbreviated(names);
    }

    private List<Map.Entry<Condition, BitSet>> largestFirst() {
      Comparator<Map.Entry<Condition, BitSet>> bySize =
          Comparator.comparingInt(leaf -> -leaf.getValue().cardinality());
      var named = new TreeMap<String, Map.Entry<Condition, BitSet>>();
      axis.holds().entrySet().forEach(leaf -> named.put(name(leaf.getKey()), leaf));
      return named.values().stream().sorted(bySize).toList();
    }

    private static boolean isSubset(BitSet part, BitSet whole) {
      var rest = (BitSet) part.clone();
      rest.andNot(whole);
      return rest.isEmpty();
    }

    private static String name(Condition leaf) {
      return switch (leaf) {
        case Condition.Method(var match) -> text(match);
        case Condition.Host(var match) -> text(match);
        case Condition.Path(var match) -> text(match);
        case Condition.TemplatedPath(var template) -> template.text();
        case Condition.Header(var _, var match) -> text(match);
        case Condition.Claim(var _, var match) -> text(match);
        case Condition.SourceAddress(var block) -> block.toString();
        case Condition.WorkloadAddress(var block) -> block.toString();
        case Condition.ServiceAddress(var block) -> block.toString();
        case Condition.WorkloadPort(int port) -> String.valueOf(port);
        case Condition.ServicePort(int port) -> String.valueOf(port);
        case Condition.Principal _,
            Condition.PeerNamespace _,
            Condition.PeerServiceAccount _,
            Condition.PeerTrustDomain _,
            Condition.RequestPrincipal _,
            Condition.AllOf _,
            Condition.AnyOf _,
            Condition.Not _ ->
            leaf.toString();
      };
    }
  }
}
