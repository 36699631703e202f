package dev.sluice.compiler.equivalence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.equivalence.World.Sound;
import dev.sluice.compiler.source.Located;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.OperationAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Polarity;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.Rule;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// What the property speaks about: a row or matcher that the generator left out would pass unseen.
class CoverageTest {

  private static final int WORLDS = 2000;
  private static final int ENOUGH = 10;

  @Test
  void every_row_of_the_placement_table_is_generated() {
    var seen = new EnumMap<Row, Integer>(Row.class);
    for (long seed = 0; seed < WORLDS; seed++) {
      Sound sound = Generator.of(seed).sound();
      for (Row row : Row.values()) {
        if (row.isIn(sound.world(), sound.compiled())) {
          seen.merge(row, 1, Integer::sum);
        }
      }
    }
    assertThat(seen.keySet()).containsExactly(Row.values());
    assertThat(seen).allSatisfy((row, worlds) -> assertThat(worlds).isGreaterThan(ENOUGH));
  }

  @Test
  void policies_that_need_a_missing_waypoint_are_generated_and_refused() {
    int refused = 0;
    for (long seed = 0; seed < 300; seed++) {
      boolean needs =
          Generator.of(seed).findings().stream()
              .anyMatch(finding -> finding.code().id().equals("SLU3001"));
      refused += needs ? 1 : 0;
    }
    assertThat(refused).isGreaterThan(ENOUGH);
  }

  @Test
  void every_matcher_is_generated_in_every_form_and_both_holds_and_fails() {
    Set<String> seen = new TreeSet<>();
    for (long seed = 0; seed < WORLDS; seed++) {
      World world = Generator.of(seed).sound().world();
      var attempts = new AttemptGenerator(new Random(seed), world);
      if (!attempts.paths().isEmpty()) {
        for (int i = 0; i < 20; i++) {
          Attempt attempt = attempts.attempt();
          world
              .all(AuthorizationPolicySyntax.class)
              .forEach(policy -> seen.addAll(matchers(world, policy, attempt)));
        }
      }
    }
    assertThat(seen).containsAll(expected());
  }

  private static List<String> expected() {
    var expected = new ArrayList<String>();
    for (String outcome : List.of("holds", "fails")) {
      for (Polarity polarity : Polarity.values()) {
        RuleGenerator.SOURCES.forEach((attribute, values) ->
            values.forEach(
                value -> expected.add(attribute.field(polarity) + " " + value + " " + outcome)));
        RuleGenerator.OPERATIONS.forEach((attribute, values) ->
            values.forEach(
                value -> expected.add(attribute.field(polarity) + " " + value + " " + outcome)));
      }
      RuleGenerator.CONDITIONS.forEach((key, values) ->
          values.forEach(value -> {
            expected.add(key + " values " + value + " " + outcome);
            expected.add(key + " notValues " + value + " " + outcome);
          }));
    }
    // every request has a host, a method and a path
    List.of("hosts", "methods", "paths", "notHosts", "notMethods", "notPaths")
        .forEach(field -> expected.remove(field + " * fails"));
    return expected;
  }

  @Test
  void no_attribute_is_left_out() {
    assertThat(RuleGenerator.SOURCES.keySet())
        .as("all but `remoteIpBlocks`, which validation refuses")
        .containsExactlyInAnyOrderElementsOf(
            java.util.EnumSet.complementOf(java.util.EnumSet.of(SourceAttribute.REMOTE_IP_BLOCKS)));
    assertThat(RuleGenerator.OPERATIONS.keySet())
        .containsExactlyInAnyOrder(OperationAttribute.values());
  }

  /// Each single value of the policy with whether it holds for the attempt.
  private static List<String> matchers(
      World world, AuthorizationPolicySyntax policy, Attempt attempt) {
    var found = new ArrayList<String>();
    var matching = new RuleMatching(world, attempt, true);
    for (Rule rule : policy.rules()) {
      for (var from : rule.from()) {
        for (var entry : from.entries()) {
          for (Located<String> value : entry.values()) {
            boolean holds = matching.source(policy, entry.attribute(), value.value());
            found.add(named(entry.attribute().field(entry.polarity()), value, holds));
          }
        }
      }
      for (var to : rule.to()) {
        for (var entry : to.entries()) {
          for (Located<String> value : entry.values()) {
            boolean holds = matching.operation(policy, entry.attribute(), value.value());
            found.add(named(entry.attribute().field(entry.polarity()), value, holds));
          }
        }
      }
      for (var when : rule.when()) {
        String key = when.key().value();
        for (Located<String> value : when.values()) {
          boolean holds = matching.condition(policy, key, value.value());
          found.add(named(key + " values", value, holds));
        }
        for (Located<String> value : when.notValues()) {
          boolean holds = matching.condition(policy, key, value.value());
          found.add(named(key + " notValues", value, holds));
        }
      }
    }
    return found;
  }

  private static String named(String field, Located<String> value, boolean holds) {
    return field + " " + value.value() + " " + (holds ? "holds" : "fails");
  }
}
