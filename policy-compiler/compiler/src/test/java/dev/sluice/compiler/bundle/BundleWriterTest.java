package dev.sluice.compiler.bundle;

import static dev.sluice.compiler.bundle.Shards.NOW;
import static dev.sluice.compiler.bundle.Shards.facts;
import static dev.sluice.compiler.bundle.Shards.waypoint;
import static dev.sluice.compiler.bundle.Shards.ztunnel;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.bundle.BundleWriter.Outcome.NotWritten;
import dev.sluice.compiler.bundle.BundleWriter.Outcome.Written;
import dev.sluice.compiler.trust.KeySettings;
import dev.sluice.compiler.trust.Problem;
import dev.sluice.compiler.trust.SigningKeys;
import dev.sluice.compiler.trust.SigningKeysTest;
import dev.sluice.engine.bundle.BundleVerifier;
import dev.sluice.engine.bundle.Digest;
import dev.sluice.engine.bundle.Expectation;
import dev.sluice.engine.bundle.Freshness;
import dev.sluice.engine.bundle.KeyAlgorithm;
import dev.sluice.engine.bundle.VerifiedBundle;
import dev.sluice.engine.shard.PolicyShard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BundleWriterTest {
  @TempDir Path folder;
  private Path out = Path.of("unset");

  @BeforeEach
  void choose_a_directory() {
    out = folder.resolve("bundles/one");
  }

  private SigningKeys keys(KeySettings settings) throws IOException {
    return SigningKeysTest.ready(
        SigningKeys.init(Files.createTempDirectory(folder, "keys"), settings));
  }

  private SigningKeys keys() throws IOException {
    return keys(KeySettings.development(NOW));
  }

  private static Written written(BundleWriter.Outcome outcome) {
    return switch (outcome) {
      case Written done -> done;
      case NotWritten(var problems) -> throw new AssertionError(problems.toString());
    };
  }

  private static Problem problem(BundleWriter.Outcome outcome) {
    return switch (outcome) {
      case NotWritten(var problems) -> problems.getFirst();
      case Written done -> throw new AssertionError("written: " + done);
    };
  }

  private VerifiedBundle open(SigningKeys keys) {
    var expectation = new Expectation("cluster.local", "main", Optional.empty(), NOW);
    return switch (BundleVerifier.open(out, keys.root(), expectation)) {
      case BundleVerifier.Opened.Verified(var bundle) -> bundle;
      case BundleVerifier.Opened.Refused(var rejection) ->
          throw new AssertionError(rejection.toString());
    };
  }

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void a_proxy_accepts_what_was_written(KeyAlgorithm algorithm) throws IOException {
    SigningKeys keys = keys(KeySettings.development(algorithm, NOW));
    List<PolicyShard> shards = List.of(ztunnel("a"), waypoint("b"));
    Written done = written(BundleWriter.write(shards, facts(), keys, out));

    VerifiedBundle bundle = open(keys);
    assertThat(bundle.manifest()).isEqualTo(done.manifest());
    assertThat(bundle.manifestDigest()).isEqualTo(done.manifestDigest());
    assertThat(bundle.shards().values()).containsExactlyInAnyOrderElementsOf(shards);
    assertThat(done.manifest().expires()).isEqualTo(NOW.plus(Duration.ofDays(90)));
    assertThat(done.manifest().sequence()).isEqualTo(1);
  }

  @Test
  void a_threshold_of_two_keys_signs_and_one_of_them_does_not_suffice() throws IOException {
    SigningKeys keys =
        keys(
            new KeySettings(
                KeyAlgorithm.ECDSA_P256,
                KeySettings.Share.SINGLE,
                new KeySettings.Share(2, 3),
                NOW,
                Duration.ofDays(30)));
    written(BundleWriter.write(List.of(ztunnel("a")), facts(), keys, out));
    open(keys);

    Files.delete(keys.directory().resolve("bundle-3.pem"));
    SigningKeysTest.ready(SigningKeys.open(keys.directory(), NOW));
    Files.delete(keys.directory().resolve("bundle-2.pem"));
    assertThat(SigningKeys.open(keys.directory(), NOW))
        .isInstanceOf(SigningKeys.Outcome.Unusable.class);
  }

  @Test
  void two_builds_differ_in_their_sequence_only() throws IOException {
    SigningKeys keys = keys();
    Written one =
        written(BundleWriter.write(List.of(ztunnel("a", "b"), waypoint()), facts(), keys, out));
    Written two =
        written(
            BundleWriter.write(
                List.of(waypoint(), ztunnel("b", "a")), facts(), keys, folder.resolve("two")));

    assertThat(two.manifest().contents()).isEqualTo(one.manifest().contents());
    assertThat(two.manifest().semanticDigest()).isEqualTo(one.manifest().semanticDigest());
    assertThat(two.manifest().sequence()).isEqualTo(one.manifest().sequence() + 1);
    assertThat(contentFiles(folder.resolve("two"), two)).isEqualTo(contentFiles(out, one));
  }

  private static List<Digest> contentFiles(Path bundle, Written written) throws IOException {
    var digests = new ArrayList<Digest>();
    for (var content : written.manifest().contents()) {
      digests.add(
          Digest.of(
              Files.readAllBytes(bundle.resolve("blobs/sha256").resolve(content.digest().hex()))));
    }
    return digests;
  }

  @Test
  void a_bundle_is_replaced_and_nothing_is_left_beside_it() throws IOException {
    SigningKeys keys = keys();
    written(BundleWriter.write(List.of(ztunnel("a")), facts(), keys, out));
    Written second = written(BundleWriter.write(List.of(ztunnel("b")), facts(), keys, out));

    assertThat(open(keys).manifestDigest()).isEqualTo(second.manifestDigest());
    try (Stream<Path> entries = Files.list(folder.resolve("bundles"))) {
      assertThat(entries).containsExactly(out);
    }
  }

  @Test
  void what_is_no_bundle_is_never_replaced() throws IOException {
    SigningKeys keys = keys();
    Files.createDirectories(out);
    Path precious = Files.writeString(out.resolve("precious"), "x");

    assertThat(problem(BundleWriter.write(List.of(ztunnel("a")), facts(), keys, out)).file())
        .isEqualTo(out);
    assertThat(precious).exists();
    assertThat(problem(BundleWriter.write(List.of(ztunnel("a")), facts(), keys, precious)).help())
        .isNotBlank();
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("elsewhere"));
    assertThat(problem(BundleWriter.write(List.of(ztunnel("a")), facts(), keys, link)).message())
        .contains("symbolic link");
  }

  @Test
  void what_proxies_would_refuse_is_not_written() throws IOException {
    SigningKeys keys = keys();
    var late =
        new BundleFacts(
            "cluster.local",
            "main",
            NOW.plus(Duration.ofDays(400)),
            Period.ofDays(1),
            facts().source(),
            "0.1.0");

    assertThat(problem(BundleWriter.write(List.of(ztunnel()), late, keys, out)).message())
        .contains("root_expired");
    assertThat(problem(BundleWriter.write(List.of(waypoint()), facts(), keys, out)).message())
        .contains("ztunnel");
    assertThat(out).doesNotExist();
  }

  @Test
  void a_lost_counter_stops_the_build() throws IOException {
    SigningKeys keys = keys();
    Files.delete(keys.directory().resolve("sequence.json"));

    assertThat(problem(BundleWriter.write(List.of(ztunnel()), facts(), keys, out)).file())
        .isEqualTo(keys.directory().resolve("sequence.json"));
    assertThat(out).doesNotExist();
  }

  @Test
  void the_freshness_key_signs_statements_when_it_is_here() throws IOException {
    SigningKeys keys = keys();
    Written done = written(BundleWriter.write(List.of(ztunnel()), facts(), keys, out));
    Freshness statement =
        Freshness.of(done.manifest(), done.manifestDigest(), NOW, NOW.plusSeconds(900));

    assertThat(keys.sign(statement))
        .hasValueSatisfying(
            envelope -> assertThat(keys.root().roles().freshness().hasSigned(envelope)).isTrue());
    Files.delete(keys.directory().resolve("freshness.pem"));
    assertThat(SigningKeysTest.ready(SigningKeys.open(keys.directory(), NOW)).sign(statement))
        .isEmpty();
  }
}
