package dev.sluice.engine.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.generate.Policies;
import dev.sluice.engine.generate.Traffic;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Decider;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.policy.TreeDecider;
import dev.sluice.engine.policy.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class IndexedDeciderTest {

  @Provide
  Arbitrary<PolicySet> sets() {
    return Policies.set();
  }

  @Provide
  Arbitrary<List<Connection>> connections() {
    return Traffic.connection().list().ofSize(4);
  }

  @Provide
  Arbitrary<List<HttpRequest>> requests() {
    return Traffic.request().list().ofSize(4);
  }

  @Property(tries = 5_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void agrees_with_the_tree_on_connections(
      @ForAll("sets") PolicySet set, @ForAll("connections") List<Connection> connections) {
    var tree = new TreeDecider(set);
    var index = IndexedDecider.of(set);

    for (Connection connection : connections) {
      assertThat(index.decide(connection)).isEqualTo(tree.decide(connection));
    }
  }

  @Property(tries = 5_000, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.BOUNDED)
  void agrees_with_the_tree_on_requests(
      @ForAll("sets") PolicySet set, @ForAll("requests") List<HttpRequest> requests) {
    var tree = new TreeDecider(set);
    var index = IndexedDecider.of(set);

    for (HttpRequest request : requests) {
      assertThat(index.decide(request)).isEqualTo(tree.decide(request));
    }
  }

  /// Every outcome must be common enough among what is generated for the agreement to mean much.
  @Example
  void meets_every_kind_of_outcome() {
    var codes = new HashMap<String, Integer>();
    var sets = samples(Policies.set(), 3000);
    var connections = samples(Traffic.connection(), 3000);
    var requests = samples(Traffic.request(), 3000);
    for (int i = 0; i < sets.size(); i++) {
      var tree = new TreeDecider(sets.get(i));
      count(codes, "c", tree.decide(connections.get(i)));
      count(codes, "r", tree.decide(requests.get(i)));
    }

    assertThat(codes)
        .containsKeys(
            "c plaintext_refused",
            "c judged_by_waypoint",
            "c guard_refused",
            "c guard_exempt",
            "c needs_http",
            "c rule allow",
            "c rule deny",
            "c no_allow_policy",
            "c no_allow_matched",
            "r rule allow",
            "r rule deny",
            "r no_allow_policy",
            "r no_allow_matched",
            "r token_invalid",
            "r wrong_audience");
    assertThat(codes.get("c rule allow")).isGreaterThan(150);
    assertThat(codes.get("r rule allow")).isGreaterThan(150);
    assertThat(codes.get("r rule deny")).isGreaterThan(150);
  }

  private static void count(Map<String, Integer> codes, String layer, Verdict verdict) {
    String code = verdict.cause().code();
    String outcome = code.equals("rule") ? (verdict.allows() ? " allow" : " deny") : "";
    codes.merge(layer + " " + code + outcome, 1, Integer::sum);
  }

  private static <T> List<T> samples(Arbitrary<T> arbitrary, int count) {
    return arbitrary.generator(1000, false).stream(new java.util.Random(42))
        .limit(count)
        .map(net.jqwik.api.Shrinkable::value)
        .toList();
  }

  /// Slicers with one mistake each: the property must be able to tell them from the right one.
  static Map<String, Slicer.Factory> mistakes() {
    return Map.ofEntries(
        mistake("files a negated term like a positive one", (layer, rule) -> positive(rule)),
        mistake("files alternatives under the first only", (layer, rule) -> firstOnly(rule)),
        mistake(
            "takes prefixes for exact paths",
            (layer, rule) -> leaves(rule, IndexedDeciderTest::exactPath)),
        mistake(
            "takes suffixes of principals for exact ones",
            (layer, rule) -> leaves(rule, IndexedDeciderTest::exactPrincipal)));
  }

  private static Map.Entry<String, Slicer.Factory> mistake(
      String name, BiFunction<Slicer.Layer, Condition, Condition> distortion) {
    Slicer.Factory factory =
        (rules, layer) -> {
          Slicer right = SelectiveSlicer.of(rules, layer);
          return rule -> right.cover(distortion.apply(layer, rule));
        };
    return Map.entry(name, factory);
  }

  @Example
  void would_notice_an_index_with_any_of_the_mistakes() {
    assertThat(mistakes())
        .allSatisfy((mistake, slicers) ->
            assertThat(disagreements(set -> IndexedDecider.of(set, slicers)))
                .as(mistake)
                .isPositive());
  }

  @Example
  void would_notice_l7_leaves_narrowing_bare_connections() {
    Slicer.Factory slicers = (rules, layer) -> SelectiveSlicer.of(rules, Slicer.Layer.REQUEST);

    assertThat(disagreements(set -> IndexedDecider.of(set, slicers))).isPositive();
  }

  @Example
  void finds_no_disagreement_with_the_right_index() {
    assertThat(disagreements(IndexedDecider::of)).isZero();
  }

  private static int disagreements(Function<PolicySet, Decider> deciders) {
    int disagreements = 0;
    var sets = samples(Policies.set(), 1000);
    var connections = samples(Traffic.connection(), 1000);
    var requests = samples(Traffic.request(), 1000);
    for (int i = 0; i < sets.size(); i++) {
      var tree = new TreeDecider(sets.get(i));
      Decider decider = deciders.apply(sets.get(i));
      boolean same =
          decider.decide(connections.get(i)).equals(tree.decide(connections.get(i)))
              && decider.decide(requests.get(i)).equals(tree.decide(requests.get(i)));
      disagreements += same ? 0 : 1;
    }
    return disagreements;
  }

  private static Condition positive(Condition condition) {
    return switch (condition) {
      case Condition.AllOf(var terms) ->
          new Condition.AllOf(terms.stream().map(IndexedDeciderTest::positive).toList());
      case Condition.AnyOf(var terms) ->
          new Condition.AnyOf(terms.stream().map(IndexedDeciderTest::positive).toList());
      case Condition.Not(var term) -> positive(term);
      case Condition.L4 _, Condition.L7 _ -> condition;
    };
  }

  private static Condition firstOnly(Condition condition) {
    return switch (condition) {
      case Condition.AllOf(var terms) ->
          new Condition.AllOf(terms.stream().map(IndexedDeciderTest::firstOnly).toList());
      case Condition.AnyOf(var terms) ->
          new Condition.AnyOf(terms.stream().limit(1).map(IndexedDeciderTest::firstOnly).toList());
      case Condition.Not _, Condition.L4 _, Condition.L7 _ -> condition;
    };
  }

  private static Condition leaves(Condition condition, Function<Condition, Condition> change) {
    return switch (condition) {
      case Condition.AllOf(var terms) ->
          new Condition.AllOf(terms.stream().map(term -> leaves(term, change)).toList());
      case Condition.AnyOf(var terms) ->
          new Condition.AnyOf(terms.stream().map(term -> leaves(term, change)).toList());
      case Condition.Not _ -> condition;
      case Condition.L4 _, Condition.L7 _ -> change.apply(condition);
    };
  }

  private static Condition exactPath(Condition leaf) {
    return leaf instanceof Condition.Path(StringMatch.Prefix(var prefix))
        ? new Condition.Path(new StringMatch.Exact(prefix))
        : leaf;
  }

  private static Condition exactPrincipal(Condition leaf) {
    return leaf instanceof Condition.Principal(StringMatch.Suffix(var suffix))
        ? new Condition.Principal(new StringMatch.Exact(suffix))
        : leaf;
  }

  private static PolicySet numbered(int policies, Function<Integer, Condition> rule) {
    var result = new ArrayList<AuthorizationPolicy>();
    for (int i = 0; i < policies; i++) {
      result.add(
          new AuthorizationPolicy(
              new PolicyId("AuthorizationPolicy", "shop", "p" + i),
              new dev.sluice.engine.policy.Scope.Mesh(),
              i % 2 == 0 ? Action.ALLOW : Action.DENY,
              List.of(new AuthorizationPolicy.Rule(0, rule.apply(i)))));
    }
    return new PolicySet(
        result, List.of(), dev.sluice.engine.policy.MtlsRequirement.permissive(), List.of());
  }

  private static Condition all(Condition... terms) {
    return new Condition.AllOf(List.of(terms));
  }

  private static Condition principal(int i) {
    return new Condition.Principal(
        new StringMatch.Exact("cluster.local/ns/n" + i % 50 + "/sa/s" + i));
  }

  private static final Condition GET = new Condition.Method(new StringMatch.Exact("GET"));
  private static final Condition WEB =
      new Condition.Principal(new StringMatch.Exact("cluster.local/ns/shop/sa/web"));

  static Stream<Arguments> shapes() {
    return Stream.of(
        shape("a principal each", i -> principal(i)),
        shape("principal and port", i -> all(principal(i), new Condition.WorkloadPort(8080))),
        shape("a service account each", i -> new Condition.PeerServiceAccount("n", "s" + i)),
        shape("a namespace each", i -> new Condition.PeerNamespace(new StringMatch.Exact("n" + i))),
        shape("a port each", i -> new Condition.WorkloadPort(i)),
        shape(
            "ten principals each",
            i ->
                new Condition.AnyOf(
                    Stream.iterate(i * 10, n -> n + 1)
                        .limit(10)
                        .map(IndexedDeciderTest::principal)
                        .toList())));
  }

  static Stream<Arguments> requestShapes() {
    return Stream.of(
        shape("one caller, a path each", i -> all(WEB, GET, path("/api/v" + i + "/x"))),
        shape("a path prefix each", i -> all(GET, prefix("/api/v" + i + "/"))),
        shape(
            "a template each",
            i ->
                new Condition.TemplatedPath(
                    dev.sluice.engine.policy.PathTemplate.parse("/api/v" + i + "/{*}"))),
        shape("a caller each, one path", i -> all(principal(i), GET, path("/api"))));
  }

  private static Arguments shape(String name, Function<Integer, Condition> rule) {
    return Arguments.of(name, rule);
  }

  private static Condition path(String path) {
    return new Condition.Path(new StringMatch.Exact(path));
  }

  private static Condition prefix(String prefix) {
    return new Condition.Path(new StringMatch.Prefix(prefix));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("shapes")
  void looks_at_few_rules_however_many_there_are(String shape, Function<Integer, Condition> rule) {
    assertThat(IndexedDecider.of(numbered(5000, rule)).worstConnection()).isLessThanOrEqualTo(2);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("requestShapes")
  void looks_at_few_rules_for_a_request_however_many_there_are(
      String shape, Function<Integer, Condition> rule) {
    assertThat(IndexedDecider.of(numbered(5000, rule)).worstRequest()).isLessThanOrEqualTo(2);
  }

  @Test
  void says_what_the_worst_case_is_when_nothing_narrows() {
    var set = numbered(10, i -> new Condition.Not(principal(i)));

    assertThat(IndexedDecider.of(set).worstConnection()).isEqualTo(10);
  }

  @Test
  void survives_prefixes_nested_without_end() {
    var set = numbered(6000, i -> prefix("/" + "a".repeat(i)));

    assertThat(IndexedDecider.of(set).worstRequest()).isEqualTo(6000);
  }
}
