package dev.sluice.engine.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.PortSet;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.WaypointBinding;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BundleContentsTest {

  private static Guard guard(int port) {
    return new Guard(
        new PolicyId("Guard", "shop", "api"),
        new Scope.Selected("shop", Map.of("app", "api" + port, "tier", "x")),
        List.of(),
        PortSet.of(List.of(port)),
        List.of());
  }

  private static PolicyShard shuffled(long seed) {
    var policies =
        new ArrayList<AuthorizationPolicy>(
            List.of(
                Lab.allow("shop", "a"),
                Lab.allow("shop", "b"),
                Lab.policy("shop", "b", new Condition.WorkloadPort(80)),
                Lab.allow("cart", "z")));
    var guards = new ArrayList<Guard>(List.of(guard(1), guard(2), guard(3)));
    var bindings =
        new ArrayList<WaypointBinding>(
            List.of(
                new WaypointBinding("shop", "a", "shop", "w"),
                new WaypointBinding("shop", "b", "", "")));
    var random = new Random(seed);
    Collections.shuffle(policies, random);
    Collections.shuffle(guards, random);
    Collections.shuffle(bindings, random);
    PolicyShard empty = Lab.ztunnel();
    return new PolicyShard(
        empty.point(), empty.mesh(), policies, List.of(), List.of(), guards, bindings, List.of());
  }

  @Property(tries = 50)
  void the_order_of_the_source_changes_nothing(@ForAll long one, @ForAll long two) {
    BundleContents first = BundleContents.of(List.of(shuffled(one), Lab.waypoint()));
    BundleContents second = BundleContents.of(List.of(Lab.waypoint(), shuffled(two)));

    assertThat(first).isEqualTo(second);
  }

  @Test
  void another_meaning_has_another_semantic_digest() {
    Digest one = BundleContents.semanticDigest(List.of(Lab.ztunnel(Lab.allow("shop", "a"))));

    assertThat(BundleContents.semanticDigest(List.of(Lab.ztunnel(Lab.allow("shop", "b")))))
        .isNotEqualTo(one);
    assertThat(BundleContents.semanticDigest(List.of(Lab.ztunnel()))).isNotEqualTo(one);
    assertThat(BundleContents.semanticDigest(List.of())).isNotEqualTo(one);
  }

  @Test
  void an_edit_of_one_shard_leaves_the_digest_of_the_other_alone() {
    BundleContents before =
        BundleContents.of(List.of(Lab.ztunnel(Lab.allow("shop", "a")), Lab.waypoint()));
    BundleContents after =
        BundleContents.of(List.of(Lab.ztunnel(Lab.allow("shop", "b")), Lab.waypoint()));

    assertThat(after.contents().getFirst()).isEqualTo(before.contents().getFirst());
    assertThat(after.contents().getLast()).isNotEqualTo(before.contents().getLast());
  }

  @Test
  void shards_that_cannot_be_one_bundle_are_named() {
    assertThat(BundleContents.problem(Lab.shards())).isEmpty();
    assertThat(BundleContents.problem(List.of(Lab.waypoint()))).isPresent();
    assertThat(BundleContents.problem(List.of(Lab.ztunnel(), Lab.ztunnel()))).isPresent();
  }
}
