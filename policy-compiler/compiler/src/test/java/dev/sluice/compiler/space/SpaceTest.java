package dev.sluice.compiler.space;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Evaluation;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.policy.TreeDecider;
import dev.sluice.engine.shard.PolicyShard.PathNormalization;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SpaceTest {

  static <T> T exact(Vocabulary vocabulary, Function<Space, T> question) {
    return switch (Space.explore(vocabulary, Realm.unrestricted(), question)) {
      case Answer.Exact<T>(var value) -> value;
      case Answer.Undecided<T>(var reason) -> throw new AssertionError(reason);
    };
  }

  @Property(tries = 800)
  void a_request_is_in_a_region_exactly_when_the_engine_says_the_condition_holds(
      @ForAll long seed) {
    var inventor = new Inventor(seed);
    Condition condition = inventor.condition(3);
    List<HttpRequest> requests = IntStream.range(0, 40).mapToObj(_ -> inventor.request()).toList();
    exact(
        Vocabulary.of(List.of(condition)),
        space -> {
          Region region = space.of(condition);
          for (HttpRequest request : requests) {
            assertThat(region.contains(request))
                .as("%s on %s", condition, request)
                .isEqualTo(Evaluation.matches(condition, request));
          }
          return region;
        });
  }

  @Property(tries = 500)
  void a_set_admits_exactly_what_the_tree_decider_allows(@ForAll long seed) {
    var inventor = new Inventor(seed);
    PolicySet set = inventor.set();
    List<HttpRequest> requests = IntStream.range(0, 40).mapToObj(_ -> inventor.request()).toList();
    exact(
        Vocabulary.ofSets(List.of(set)),
        space -> {
          var decisions = new Decisions(space);
          Region connections = decisions.admittedConnections(set);
          Region admitted = decisions.admittedRequests(set);
          var decider = new TreeDecider(set);
          for (HttpRequest request : requests) {
            assertThat(connections.contains(request))
                .as("%s on the connection of %s", set, request)
                .isEqualTo(decider.decide(request.connection()).allows());
            assertThat(admitted.contains(request))
                .as("%s on %s", set, request)
                .isEqualTo(decider.decide(request).allows());
          }
          return admitted;
        });
  }

  @Property(tries = 500)
  void the_example_of_a_difference_is_a_request_on_which_the_conditions_differ(@ForAll long seed) {
    var inventor = new Inventor(seed);
    Condition one = inventor.condition(3);
    Condition other = inventor.condition(3);
    exact(
        Vocabulary.of(List.of(one, other)),
        space -> {
          Region difference = space.of(one).minus(space.of(other));
          difference
              .example()
              .map(Point::request)
              .ifPresent(request -> {
                assertThat(Evaluation.matches(one, request)).as("%s", request).isTrue();
                assertThat(Evaluation.matches(other, request)).as("%s", request).isFalse();
                assertThat(difference.contains(request)).isTrue();
              });
          return difference;
        });
  }

  @Property(tries = 500)
  void no_request_differs_where_conditions_are_said_to_be_equal(@ForAll long seed) {
    var inventor = new Inventor(seed);
    Condition one = inventor.condition(2);
    Condition other = inventor.condition(2);
    boolean isCovered =
        exact(
            Vocabulary.of(List.of(one, other)),
            space -> space.of(one).isCoveredBy(space.of(other)));
    boolean isRefuted =
        IntStream.range(0, 400)
            .mapToObj(_ -> inventor.request())
            .anyMatch(
                request -> Evaluation.matches(one, request) && !Evaluation.matches(other, request));
    assertThat(isCovered && isRefuted).as("%s within %s", one, other).isFalse();
  }

  @Property(tries = 300)
  void equality_agrees_with_the_evaluation_of_an_example_of_every_kind_of_request(
      @ForAll long seed) {
    var inventor = new Inventor(seed);
    Condition one = inventor.condition(2);
    Condition other = inventor.condition(2);
    exact(
        Vocabulary.of(List.of(one, other)),
        space -> {
          List<HttpRequest> every = everyKind(space);
          boolean differs =
              every.stream()
                  .anyMatch(request ->
                      Evaluation.matches(one, request) != Evaluation.matches(other, request));
          // beyond the limit the enumeration is not complete, so only what it found counts
          if (differs || every.size() < KINDS) {
            assertThat(space.of(one).equals(space.of(other)))
                .as("%s and %s", one, other)
                .isEqualTo(!differs);
          }
          return space;
        });
  }

  private static final int KINDS = 30_000;

  private static List<HttpRequest> everyKind(Space space) {
    List<Point> points = List.of(Point.usual());
    for (Dimension dimension : space.dimensions()) {
      points =
          points.stream()
              .flatMap(point ->
                  IntStream.range(0, dimension.size())
                      .mapToObj(cell -> dimension.placed(point, cell)))
              .limit(KINDS)
              .toList();
    }
    return points.stream().map(Point::request).toList();
  }

  @Property(tries = 300)
  void a_planted_mistake_is_found(@ForAll long seed) {
    var inventor = new Inventor(seed);
    Condition right = inventor.condition(3);
    List<HttpRequest> requests = IntStream.range(0, 60).mapToObj(_ -> inventor.request()).toList();
    Condition wrong = new Condition.AllOf(List.of(right, new Condition.Not(inventor.condition(0))));
    boolean isVisible =
        requests.stream()
            .anyMatch(request ->
                Evaluation.matches(right, request) != Evaluation.matches(wrong, request));
    boolean isFound =
        exact(
            Vocabulary.of(List.of(right, wrong)),
            space -> !space.of(right).equals(space.of(wrong)));
    assertThat(isFound || !isVisible).as("%s", wrong).isTrue();
  }

  private static Condition path(String text) {
    return new Condition.Path(StringMatch.parse(text));
  }

  private static Condition method(String text) {
    return new Condition.Method(StringMatch.parse(text));
  }

  @Test
  void a_rule_is_covered_by_two_that_divide_it() {
    var rule = path("/orders/*");
    var reads = new Condition.AllOf(List.of(path("/orders*"), method("GET")));
    var others = new Condition.AllOf(List.of(path("/orders/*"), new Condition.Not(method("GET"))));
    exact(
        Vocabulary.of(List.of(rule, reads, others)),
        space -> {
          assertThat(space.of(rule).isCoveredBy(List.of(space.of(reads), space.of(others))))
              .isTrue();
          assertThat(space.of(rule).isCoveredBy(space.of(reads))).isFalse();
          assertThat(space.of(rule).isCoveredBy(space.of(others))).isFalse();
          return space;
        });
  }

  @Test
  void a_canonical_path_never_holds_what_would_be_normalized_away() {
    Condition dots =
        new Condition.AnyOf(List.of(path("/a/../b"), path("/a//b"), path("/a/%41"), path("/a?b")));
    Answer<Boolean> answer =
        Space.explore(
            Vocabulary.of(List.of(dots)),
            Realm.of(PathNormalization.MERGE_SLASHES),
            space -> space.of(dots).isEmpty());
    assertThat(answer).isEqualTo(new Answer.Exact<>(true));
  }

  @Test
  void what_takes_too_much_work_is_undecided_and_not_guessed() {
    Answer<Boolean> answer =
        Space.explore(
            Vocabulary.of(List.of(path("*orders"), path("/orders*"))),
            Realm.unrestricted(),
            Effort.of(50),
            space -> space.of(path("*orders")).isEmpty());
    assertThat(answer).isInstanceOf(Answer.Undecided.class);
  }

  @Test
  void a_peer_that_matches_nothing_is_not_the_same_as_plaintext() {
    Condition shop = new Condition.PeerNamespace(new StringMatch.Exact("shop"));
    exact(
        Vocabulary.of(List.of(shop)),
        space -> {
          Region others = space.all().minus(space.of(shop)).minus(space.anonymous());
          assertThat(others.example()).isPresent();
          return others;
        });
  }

  @Test
  void a_principal_pattern_across_segments_meets_namespaces() {
    Condition prefix = new Condition.Principal(new StringMatch.Prefix("cluster.local/ns/shop"));
    Condition namespace = new Condition.PeerNamespace(new StringMatch.Exact("shop"));
    exact(
        Vocabulary.of(List.of(prefix, namespace)),
        space -> {
          Region beyond = space.of(prefix).minus(space.of(namespace));
          assertThat(beyond.example().orElseThrow().peer().toString()).contains("/ns/shop");
          assertThat(space.of(namespace).isCoveredBy(space.of(prefix))).isFalse();
          return beyond;
        });
  }
}
