package dev.sluice.compiler.review;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.space.Answer;
import dev.sluice.compiler.space.Realm;
import dev.sluice.compiler.space.Region;
import dev.sluice.compiler.space.Space;
import dev.sluice.compiler.space.Vocabulary;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.StringMatch;
import java.util.List;
import java.util.function.BiPredicate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ImplicationTest {

  private final Implication implication = new Implication();

  @Property(tries = 4000)
  void what_is_said_to_follow_follows_for_every_request(@ForAll long seed) {
    var conditions = new RandomConditions(seed);
    Condition premise = conditions.next(depth(seed));
    Condition conclusion = conditions.next(depth(seed));
    if (implication.holds(premise, conclusion)) {
      assertThat(exactly(premise, conclusion, Region::isCoveredBy))
          .as("%s implies %s", premise, conclusion)
          .isTrue();
    }
  }

  @Property(tries = 4000)
  void what_is_said_to_exclude_each_other_never_meets(@ForAll long seed) {
    var conditions = new RandomConditions(seed);
    Condition one = conditions.next(depth(seed));
    Condition other = conditions.next(depth(seed));
    if (implication.excludes(one, other)) {
      assertThat(exactly(one, other, (a, b) -> a.and(b).isEmpty()))
          .as("%s excludes %s", one, other)
          .isTrue();
    }
  }

  @Property(tries = 4000)
  void what_is_said_to_be_never_true_is_never_true(@ForAll long seed) {
    Condition condition = new RandomConditions(seed).next(3);
    if (implication.isNever(condition)) {
      assertThat(exactly(condition, condition, (a, _) -> a.isEmpty())).as("%s", condition).isTrue();
    }
  }

  @Property(tries = 4000)
  void between_two_leaves_nothing_is_missed_but_what_two_shapes_of_text_say_together(
      @ForAll long seed) {
    var conditions = new RandomConditions(seed);
    Condition premise = conditions.leaf();
    Condition conclusion = conditions.leaf();
    boolean isText = isTextual(premise) || isTextual(conclusion);
    if (!isText && exactly(premise, conclusion, (a, b) -> !a.isEmpty() && a.isCoveredBy(b))) {
      assertThat(implication.holds(premise, conclusion))
          .as("%s implies %s", premise, conclusion)
          .isTrue();
    }
  }

  @Test
  void a_namespace_is_the_prefix_of_its_principals() {
    Condition namespace =
        new Condition.AllOf(
            List.of(
                new Condition.PeerTrustDomain(new StringMatch.Exact("td")),
                new Condition.PeerNamespace(new StringMatch.Exact("foo"))));
    Condition prefix = new Condition.Principal(StringMatch.parse("td/ns/foo/*"));

    assertThat(implication.holds(namespace, prefix)).isTrue();
    assertThat(implication.holds(prefix, namespace)).isTrue();
  }

  @Test
  void a_long_list_is_looked_up() {
    List<Condition> many =
        java.util.stream.IntStream.range(0, 20_000)
            .mapToObj(
                i -> (Condition) new Condition.Principal(new StringMatch.Exact("td/ns/n/sa/" + i)))
            .toList();

    assertThat(implication.holds(new Condition.AnyOf(many), new Condition.AnyOf(many.reversed())))
        .isTrue();
  }

  /// Leaves meet each other often only when they are not buried in trees.
  private static int depth(long seed) {
    return (seed & 1) == 0 ? 0 : 2;
  }

  /// Templates and principals cut in the middle: what they have in common with other texts shows
  /// only to the exact space.
  private static boolean isTextual(Condition leaf) {
    return leaf instanceof Condition.TemplatedPath || leaf instanceof Condition.Principal;
  }

  private static boolean exactly(
      Condition one, Condition other, BiPredicate<Region, Region> question) {
    return switch (Space.explore(
        Vocabulary.of(List.of(one, other)),
        Realm.unrestricted(),
        space -> question.test(space.of(one), space.of(other)))) {
      case Answer.Exact<Boolean>(var answer) -> answer;
      case Answer.Undecided<Boolean>(var reason) -> throw new AssertionError(reason);
    };
  }
}
