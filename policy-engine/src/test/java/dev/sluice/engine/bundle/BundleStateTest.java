package dev.sluice.engine.bundle;

import static dev.sluice.engine.bundle.Lab.AUDIENCE;
import static dev.sluice.engine.bundle.Lab.CHANNEL;
import static dev.sluice.engine.bundle.Lab.NOW;
import static dev.sluice.engine.bundle.Lab.verified;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sluice.engine.bundle.BundleState.Currency;
import dev.sluice.engine.bundle.BundleState.Recovered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BundleStateTest {
  private final Lab lab = Lab.create();
  @TempDir Path folder;
  private Path directory = Path.of("unset");

  @BeforeEach
  void choose_a_directory() {
    directory = folder.resolve("state");
  }

  private VerifiedBundle bundle(long sequence) {
    return verified(
        BundleVerifier.open(
            lab.draft().revision(1, sequence).write(folder), lab.root(), Lab.expectation()));
  }

  private BundleState state() throws IOException {
    return state(PersistStep.Listener.NONE);
  }

  private BundleState state(PersistStep.Listener steps) throws IOException {
    return switch (BundleState.open(directory, steps)) {
      case BundleState.Opened.Ready(var state) -> state;
      case BundleState.Opened.Damaged(var rejection) -> throw new AssertionError(rejection);
    };
  }

  private Recovered recover() throws IOException {
    return state().lastGood(RootChain.of(lab.root()), AUDIENCE, CHANNEL, NOW);
  }

  private static VerifiedBundle good(Recovered recovered) {
    return switch (recovered) {
      case Recovered.LastGood(var bundle, _) -> bundle;
      case Recovered.Nothing _ -> throw new AssertionError("nothing there");
      case Recovered.Refused(var rejection) -> throw new AssertionError(rejection);
    };
  }

  private static RejectionReason refused(Recovered recovered) {
    return switch (recovered) {
      case Recovered.Refused(var rejection) -> rejection.code();
      case Recovered.LastGood(var bundle, _) -> throw new AssertionError("served " + bundle);
      case Recovered.Nothing _ -> throw new AssertionError("nothing there");
    };
  }

  @Test
  void a_new_directory_holds_nothing() throws IOException {
    assertThat(state().highWaterMark()).isEmpty();
    assertThat(recover()).isEqualTo(new Recovered.Nothing());
  }

  @Test
  void a_persisted_bundle_is_found_again_byte_for_byte() throws IOException {
    VerifiedBundle bundle = bundle(7);
    state().persist(bundle);

    VerifiedBundle again = good(recover());
    assertThat(again.envelope()).isEqualTo(bundle.envelope());
    assertThat(again.blobs()).isEqualTo(bundle.blobs());
    assertThat(again.shards()).isEqualTo(bundle.shards());
    assertThat(state().highWaterMark())
        .contains(new HighWaterMark(1, 7, bundle.manifestDigest(), bundle.manifest().issuedAt()));
    assertThat(
            verified(
                    BundleVerifier.open(
                        directory.resolve("current"), lab.root(), Lab.expectation()))
                .manifestDigest())
        .isEqualTo(bundle.manifestDigest());
  }

  @Test
  void only_the_last_good_bundle_is_kept_and_the_mark_only_rises() throws IOException {
    BundleState state = state();
    VerifiedBundle older = bundle(6);
    state.persist(older);
    state.persist(bundle(7));
    state.persist(bundle(7));

    try (Stream<Path> kept = Files.list(directory.resolve("bundles"))) {
      assertThat(kept).hasSize(1);
    }
    assertThatIllegalArgumentException().isThrownBy(() -> state.persist(older));
    assertThat(state.highWaterMark().map(HighWaterMark::sequence)).contains(7L);
  }

  @ParameterizedTest
  @EnumSource(PersistStep.class)
  void a_crash_after_any_step_leaves_the_old_or_the_new_bundle(PersistStep last)
      throws IOException {
    VerifiedBundle old = bundle(6);
    VerifiedBundle fresh = bundle(7);
    state().persist(old);
    crashAfter(last, fresh);

    VerifiedBundle found = good(recover());
    boolean switched = last.compareTo(PersistStep.HIGH_WATER_MARK_WRITTEN) >= 0;
    assertThat(found.manifestDigest())
        .isEqualTo(switched ? fresh.manifestDigest() : old.manifestDigest());
    assertThat(state().highWaterMark().map(HighWaterMark::manifestDigest))
        .contains(found.manifestDigest());

    state().persist(fresh);
    assertThat(good(recover()).manifestDigest()).isEqualTo(fresh.manifestDigest());
    try (Stream<Path> kept = Files.list(directory.resolve("bundles"))) {
      assertThat(kept).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(PersistStep.class)
  void a_crash_while_the_first_bundle_is_persisted_leaves_nothing_or_it(PersistStep last)
      throws IOException {
    VerifiedBundle first = bundle(7);
    crashAfter(last, first);

    if (last.compareTo(PersistStep.HIGH_WATER_MARK_WRITTEN) >= 0) {
      assertThat(good(recover()).manifestDigest()).isEqualTo(first.manifestDigest());
    } else {
      assertThat(recover()).isEqualTo(new Recovered.Nothing());
    }
  }

  private void crashAfter(PersistStep last, VerifiedBundle bundle) throws IOException {
    BundleState crashing =
        state(step -> {
          if (step == last) {
            throw new IOException("crash");
          }
        });
    assertThatIOException().isThrownBy(() -> crashing.persist(bundle)).withMessage("crash");
  }

  @Test
  void every_changed_or_missing_file_is_noticed_and_healed_by_the_next_bundle() throws IOException {
    VerifiedBundle bundle = bundle(7);
    state().persist(bundle);
    for (Path file : files(directory.resolve("current").toRealPath())) {
      byte[] good = Files.readAllBytes(file);
      boolean isConfig = file.getFileName().toString().equals(OciLayout.EMPTY.digest().hex());
      byte[] bad = good.clone();
      bad[bad.length / 2] ^= 1;
      Files.write(file, bad);
      refused(recover());
      Files.delete(file);
      if (!isConfig) {
        refused(recover());
      }

      state().persist(bundle);
      assertThat(good(recover()).envelope()).isEqualTo(bundle.envelope());
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void a_lost_or_broken_mark_means_that_nothing_is_served() throws IOException {
    state().persist(bundle(7));
    Path mark = directory.resolve("high-water.json");
    String good = Files.readString(mark);

    for (String bad : List.of("", "{}", good.replace("7", "-7"), "x".repeat(10_000))) {
      Files.writeString(mark, bad);
      assertDamaged();
    }
    Files.delete(mark);
    assertDamaged();
    Files.createDirectory(mark);
    assertDamaged();
  }

  private void assertDamaged() throws IOException {
    assertThat(BundleState.open(directory))
        .isInstanceOfSatisfying(
            BundleState.Opened.Damaged.class,
            damaged ->
                assertThat(damaged.rejection().code()).isEqualTo(RejectionReason.STATE_DAMAGED));
  }

  @Test
  void an_older_good_bundle_in_place_of_the_last_is_refused() throws IOException {
    VerifiedBundle older = bundle(6);
    VerifiedBundle last = bundle(7);
    state().persist(last);
    Path place = directory.resolve("current").toRealPath();
    DurableFiles.delete(place);
    BundleFiles.of(older).writeTo(place);

    assertThat(refused(recover())).isEqualTo(RejectionReason.ROLLBACK);
  }

  @Test
  void an_expired_last_good_bundle_is_served_and_flagged() throws IOException {
    state().persist(bundle(7));
    Instant later = NOW.plus(Duration.ofDays(90));

    assertThat(state().lastGood(RootChain.of(lab.root()), AUDIENCE, CHANNEL, later))
        .isInstanceOfSatisfying(
            Recovered.LastGood.class,
            found -> assertThat(found.currency()).isEqualTo(Currency.EXPIRED));
    assertThat(recover())
        .isInstanceOfSatisfying(
            Recovered.LastGood.class,
            found -> assertThat(found.currency()).isEqualTo(Currency.VALID));
  }

  @Test
  void the_last_good_bundle_survives_a_clock_in_1970_and_a_raised_epoch() throws IOException {
    state().persist(bundle(7));

    good(state().lastGood(RootChain.of(lab.root()), AUDIENCE, CHANNEL, Instant.EPOCH));
    good(state().lastGood(RootChain.of(lab.rootOfEpoch(2)), AUDIENCE, CHANNEL, NOW));
  }

  @Test
  void the_last_good_bundle_of_another_mesh_or_other_keys_is_refused() throws IOException {
    state().persist(bundle(7));

    assertThat(refused(state().lastGood(RootChain.of(lab.root()), "other.mesh", CHANNEL, NOW)))
        .isEqualTo(RejectionReason.WRONG_AUDIENCE);
    assertThat(refused(state().lastGood(RootChain.of(Lab.create().root()), AUDIENCE, CHANNEL, NOW)))
        .isEqualTo(RejectionReason.BAD_SIGNATURE);
  }

  @Test
  void the_latest_issue_time_never_falls() throws IOException {
    BundleState state = state();
    state.persist(bundle(6));
    VerifiedBundle earlier =
        verified(
            BundleVerifier.open(
                lab.draft().issuedAt(NOW.minus(Duration.ofDays(9))).write(folder),
                lab.root(),
                new Expectation(AUDIENCE, CHANNEL, Optional.empty(), NOW)));
    state.persist(earlier);

    assertThat(state.highWaterMark().map(HighWaterMark::latestIssuedAt))
        .contains(NOW.minus(Duration.ofHours(1)));
  }
}
