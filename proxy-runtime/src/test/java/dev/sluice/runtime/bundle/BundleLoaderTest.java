package dev.sluice.runtime.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Destination;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Scope;
import dev.sluice.engine.policy.StringMatch;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import dev.sluice.runtime.telemetry.MeshMetrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleLoaderTest {

  private static final Destination API = Destination.direct("shop", Map.of("app", "api"));

  @TempDir Path dir;

  private final LivePolicy policy = new LivePolicy();
  private final List<PolicySnapshot> activated = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger failures = new AtomicInteger();
  private final List<BundleLoader> loaders = new ArrayList<>();
  private MeshMetrics metrics = MeshMetrics.of("test", "1");
  private TestBundles bundles;

  @BeforeEach
  void keys() throws IOException {
    bundles = TestBundles.in(dir.resolve("home"));
  }

  @AfterEach
  void stop() {
    loaders.forEach(BundleLoader::close);
  }

  private BundleLoader start() {
    return start(new EnforcementPoint.Ztunnel());
  }

  private BundleLoader start(EnforcementPoint point) {
    var activation =
        new Activation() {
          @Override
          public Collection<Destination> enrolled() {
            return List.of(API);
          }

          @Override
          public void activated(PolicySnapshot snapshot) {
            if (failures.getAndDecrement() > 0) {
              throw new IllegalStateException("a bug");
            }
            activated.add(snapshot);
          }
        };
    metrics = MeshMetrics.of("test", "1");
    var loader =
        BundleLoader.start(
            bundles.source(dir.resolve("state")), point, policy, activation, metrics);
    loaders.add(loader);
    return loader;
  }

  private static PolicyShard allowing(String account) {
    return TestBundles.ztunnel(
        List.of(
            new AuthorizationPolicy(
                new PolicyId("AuthorizationPolicy", "shop", "api"),
                new Scope.InNamespace("shop"),
                AuthorizationPolicy.Action.ALLOW,
                List.of(
                    new AuthorizationPolicy.Rule(
                        0,
                        new Condition.Principal(
                            new StringMatch.Exact("cluster.local/ns/shop/sa/" + account)))))),
        List.of());
  }

  private Verdict verdict(String account) {
    var address = InetAddress.ofLiteral("10.0.0.1");
    return policy
        .current()
        .decider(API)
        .decide(
            new Connection(
                new Peer.Identified(SpiffeId.of("cluster.local", "shop", account)),
                address,
                new Connection.AddressPort(address, 8080),
                null));
  }

  private String metricsText() throws IOException {
    var out = new ByteArrayOutputStream();
    metrics.exposition(null).writeTo(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private String reason(BundleLoader loader) {
    return loader.lastAttempt().map(LoadAttempt::reason).orElse("none yet");
  }

  @Test
  void without_a_bundle_everything_is_refused() {
    start();

    assertThat(policy.current().shard()).isEmpty();
    assertThat(verdict("web")).isInstanceOf(Verdict.Deny.class);
    assertThat(verdict("web").cause().code()).isEqualTo("no_policy");
    assertThat(activated).isEmpty();
  }

  @Test
  void a_good_bundle_is_enforced_and_told() throws IOException {
    bundles.publish(7, allowing("web"));
    var loader = start();

    assertThat(verdict("web").allows()).isTrue();
    assertThat(verdict("evil").allows()).isFalse();
    assertThat(activated).containsExactly(policy.current());
    assertThat(loader.lastAttempt().orElseThrow().result()).isEqualTo(LoadAttempt.Result.LOADED);
    assertThat(metricsText())
        .contains("sluice_bundle_active_sequence 7.0")
        .contains("sluice_bundle_loads_total{reason=\"\",result=\"loaded\"} 1.0")
        .contains("sluice_bundle_load_duration_seconds_count 1")
        .contains("sluice_bundle_age_seconds");
  }

  @Test
  void policies_on_trial_are_loaded_and_decide_nothing() throws IOException {
    PolicyShard open = TestBundles.ztunnel(List.of(), List.of());
    bundles.publish(1, open.withShadow(allowing("web").policies()));
    start();

    assertThat(policy.current().shard().orElseThrow().shadow(API)).hasSize(1);
    assertThat(verdict("web").cause().code()).isEqualTo("no_allow_policy");
    assertThat(verdict("evil").allows()).isTrue();
  }

  @Test
  void a_switched_link_is_noticed_and_swapped_in() throws IOException {
    bundles.publish(1, allowing("web"));
    start();
    bundles.publish(2, allowing("other"));

    await().until(() -> activated.size() == 2);
    assertThat(verdict("web").allows()).isFalse();
    assertThat(verdict("other").allows()).isTrue();
    assertThat(activated.get(1).generation()).isGreaterThan(activated.get(0).generation());
  }

  @Test
  void a_rejected_bundle_leaves_the_last_good_one_serving_and_names_the_reason()
      throws IOException {
    bundles.publish(5, allowing("web"));
    var loader = start();

    bundles.publish(4, allowing("evil"));
    await().until(() -> reason(loader).equals("rollback"));
    bundles.switchTo(bundles.write(6, "another.mesh", allowing("evil")));
    await().until(() -> reason(loader).equals("wrong_audience"));

    assertThat(verdict("web").allows()).isTrue();
    assertThat(verdict("evil").allows()).isFalse();
    assertThat(activated).hasSize(1);
    assertThat(metricsText())
        .contains("sluice_bundle_loads_total{reason=\"rollback\",result=\"rejected\"} 1.0")
        .contains("sluice_bundle_active_sequence 5.0");
  }

  @Test
  void a_blob_changed_in_place_is_noticed_and_rejected() throws IOException {
    Path bundle = bundles.publish(1, allowing("web"));
    var loader = start();
    try (Stream<Path> blobs = Files.list(bundle.resolve("blobs/sha256"))) {
      for (Path blob : blobs.toList()) {
        byte[] content = Files.readAllBytes(blob);
        content[content.length - 1] ^= 1;
        Files.write(blob, content);
      }
    }

    await().until(() -> loader.lastAttempt().orElseThrow().result() == LoadAttempt.Result.REJECTED);
    assertThat(verdict("web").allows()).isTrue();
  }

  @Test
  void the_same_bundle_again_changes_nothing() throws IOException {
    Path bundle = bundles.publish(1, allowing("web"));
    var loader = start();
    var before = policy.current();
    Path copy = dir.resolve("copy");
    Files.createDirectories(copy.resolve("blobs/sha256"));
    try (Stream<Path> files = Files.walk(bundle)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(bundle.relativize(file).toString()));
      }
    }
    bundles.switchTo(copy);

    await()
        .until(() -> loader.lastAttempt().orElseThrow().result() == LoadAttempt.Result.UNCHANGED);
    assertThat(policy.current()).isSameAs(before);
    assertThat(activated).hasSize(1);
  }

  @Test
  void a_restart_without_the_source_serves_the_last_good_bundle() throws IOException {
    bundles.publish(3, allowing("web"));
    start().close();
    policy.swap(PolicySnapshot.none("restarted"));
    Files.delete(bundles.directory().resolve("current"));

    start();

    assertThat(verdict("web").allows()).isTrue();
    assertThat(policy.current().facts().orElseThrow().sequence()).isEqualTo(3);
  }

  @Test
  void a_restart_does_not_forget_what_was_accepted() throws IOException {
    bundles.publish(3, allowing("web"));
    start().close();
    policy.swap(PolicySnapshot.none("restarted"));
    bundles.publish(2, allowing("evil"));

    var loader = start();

    assertThat(reason(loader)).isEqualTo("rollback");
    assertThat(verdict("web").allows()).isTrue();
    assertThat(verdict("evil").allows()).isFalse();
  }

  @Test
  void a_damaged_state_directory_is_not_served_from() throws IOException {
    bundles.publish(3, allowing("web"));
    start().close();
    policy.swap(PolicySnapshot.none("restarted"));
    Files.writeString(dir.resolve("state/high-water.json"), "{}");

    var loader = start();

    assertThat(reason(loader)).isEqualTo("state_damaged");
    assertThat(policy.current().shard()).isEmpty();
    assertThat(verdict("web").allows()).isFalse();
  }

  @Test
  void an_unreadable_trust_root_refuses_everything_and_says_so() throws IOException {
    bundles.publish(3, allowing("web"));
    Files.delete(bundles.rootFile());

    assertThat(reason(start())).isEqualTo("root_unreadable");
    assertThat(verdict("web").allows()).isFalse();
  }

  @Test
  void a_bundle_without_content_for_this_proxy_refuses_everything() throws IOException {
    bundles.publish(3, allowing("web"));
    start(new EnforcementPoint.Waypoint("shop", "waypoint"));

    assertThat(policy.current().facts()).isPresent();
    assertThat(policy.current().shard()).isEmpty();
    assertThat(verdict("web").cause().code()).isEqualTo("no_policy");
  }

  @Test
  void a_bug_on_the_way_is_reported_and_live_connections_are_checked_later() throws IOException {
    failures.set(1);
    bundles.publish(3, allowing("web"));
    var loader = start();
    assertThat(reason(loader)).isEqualTo("internal_error");
    assertThat(activated).isEmpty();

    await().until(() -> activated.size() == 1);
    assertThat(activated).containsExactly(policy.current());
    await().until(() -> reason(loader).isEmpty());
  }

  @Test
  void a_new_key_is_trusted_once_a_bundle_brings_the_root_that_names_it() throws IOException {
    bundles.publish(1, allowing("web"));
    var loader = start();
    bundles.rotateKey();
    bundles.publish(2, allowing("other"));

    await().until(() -> activated.size() == 2);
    assertThat(reason(loader)).isEmpty();
    assertThat(dir.resolve("state/roots/2.json")).exists();
    assertThat(verdict("other").allows()).isTrue();
  }

  @Test
  void a_followed_root_is_kept_though_its_bundle_was_bad_and_revoked_keys_stay_so()
      throws IOException {
    bundles.publish(1, allowing("web"));
    Path oldKey = bundles.write(3, "cluster.local", allowing("evil"));
    start().close();
    bundles.rotateKey();
    bundles.switchTo(bundles.write(2, "another.mesh", allowing("evil")));
    var second = start();
    assertThat(reason(second)).isEqualTo("wrong_audience");
    second.close();

    bundles.switchTo(oldKey);
    var third = start();

    assertThat(reason(third)).isEqualTo("bad_signature");
    assertThat(verdict("web").allows()).isTrue();
    assertThat(verdict("evil").allows()).isFalse();
  }

  @Test
  void what_only_compromised_keys_vouch_for_is_dropped_and_not_served_after_a_restart()
      throws IOException {
    bundles.publish(1, allowing("web"));
    var loader = start();
    bundles.condemnKey();
    bundles.switchTo(bundles.write(2, "another.mesh", allowing("other")));

    await().until(() -> reason(loader).equals("wrong_audience"));
    assertThat(verdict("web").cause().code()).isEqualTo("no_policy");
    assertThat(activated.getLast().generation()).isEqualTo(2);
    loader.close();
    policy.swap(PolicySnapshot.none("restarted"));
    start();
    assertThat(verdict("web").allows()).isFalse();

    bundles.publish(3, allowing("web"));
    await().until(() -> verdict("web").allows());
  }
}
