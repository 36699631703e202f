package dev.sluice.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SubscriptionTest {

  private final Subscription subscription = new Subscription(3);

  @Test
  void whoever_asks_for_the_same_shares_one_wish_and_one_answer() {
    var first = subscription.ask("/10.0.0.1");
    var second = subscription.ask("/10.0.0.1");

    assertThat(subscription.wishes().subscribe()).containsExactly("/10.0.0.1");
    assertThat(subscription.wishes().isEmpty()).isTrue();
    subscription.answered(List.of("/10.0.0.1"), List.of());
    assertThat(first).isCompleted();
    assertThat(second).isCompleted();
    assertThat(subscription.ask("/10.0.0.1")).isCompleted();
  }

  @Test
  void that_there_is_no_such_resource_is_an_answer() {
    var asked = subscription.ask("/10.0.0.9");
    subscription.answered(List.of(), List.of("/10.0.0.9"));

    assertThat(asked).isCompleted();
  }

  @Test
  void a_new_connection_is_told_all_names_and_versions() {
    subscription.ask("a");
    subscription.ask("b");
    subscription.took("a", "7", "uid-a");

    assertThat(subscription.names()).containsExactly("a", "b");
    assertThat(subscription.wishes().isEmpty()).isTrue();
    assertThat(subscription.versions()).isEqualTo(Map.of("a", "7"));
  }

  @Test
  void what_is_lost_is_lost_by_the_name_the_mesh_knows() {
    subscription.took("alias", "1", "cluster//Pod/shop/web");

    assertThat(subscription.lost("alias")).isEqualTo("cluster//Pod/shop/web");
    assertThat(subscription.lost("never-seen")).isEqualTo("never-seen");
    assertThat(subscription.versions()).isEmpty();
  }

  @Test
  void when_too_much_is_asked_what_does_not_exist_is_given_up_and_nothing_else() {
    subscription.ask("a");
    subscription.ask("b");
    subscription.ask("c");
    assertThat(subscription.ask("d")).isCompletedExceptionally();

    subscription.answered(List.of("a"), List.of("b"));
    assertThat(subscription.ask("d")).isNotCompleted();
    assertThat(subscription.wishes().unsubscribe()).containsExactly("b");
    assertThat(subscription.ask("x".repeat(2_000))).isCompletedExceptionally();
  }
}
