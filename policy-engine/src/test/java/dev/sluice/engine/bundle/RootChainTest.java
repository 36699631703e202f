package dev.sluice.engine.bundle;

import static dev.sluice.engine.bundle.Lab.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RootChainTest {
  @TempDir Path folder;

  private final Lab lab = Lab.twoOfThree(KeyAlgorithm.ED25519);
  private final RootChain pinned = RootChain.of(lab.root());
  private final List<SigningKey> newKeys = Lab.keys(KeyAlgorithm.ED25519, 3);

  private static RootChain reached(RootChain.Followed followed) {
    return switch (followed) {
      case RootChain.Followed.Reached(var chain) -> chain;
      case RootChain.Followed.Refused(var rejection) ->
          throw new AssertionError(rejection.toString());
    };
  }

  private static RejectionReason refused(RootChain.Followed followed) {
    return switch (followed) {
      case RootChain.Followed.Refused(var rejection) -> rejection.code();
      case RootChain.Followed.Reached(var chain) -> throw new AssertionError(chain.toString());
    };
  }

  private RootChain.Followed follow(byte[]... envelopes) {
    return pinned.follow(Stream.of(envelopes).map(Bytes::of).toList(), NOW);
  }

  private BundleState state() throws IOException {
    return switch (BundleState.open(folder.resolve("state"))) {
      case BundleState.Opened.Ready(var state) -> state;
      case BundleState.Opened.Damaged(var rejection) ->
          throw new AssertionError(rejection.toString());
    };
  }

  @Test
  void a_bundle_brings_the_roots_that_lead_to_the_one_it_is_signed_under() {
    byte[] second = Succession.of(lab).withBundleKeys(newKeys).envelope();
    Path bundle = lab.draft().signers(newKeys).roots(List.of(second)).write(folder);

    RootChain chain = reached(pinned.follow(bundle, NOW));

    assertThat(chain.current().version()).isEqualTo(2);
    Lab.verified(BundleVerifier.open(bundle, chain.current(), Lab.expectation()));
    assertThat(Lab.refused(BundleVerifier.open(bundle, lab.root(), Lab.expectation())).code())
        .isEqualTo(RejectionReason.BAD_SIGNATURE);
  }

  @Test
  void roots_that_were_passed_are_skipped_whatever_is_in_them() {
    Lab stranger = Lab.create();
    byte[] second = Succession.of(lab).envelope();

    assertThat(follow(stranger.sign(stranger.statement()), second))
        .extracting(followed -> reached(followed).successors().size())
        .isEqualTo(1);
    assertThat(reached(follow())).isSameAs(pinned);
  }

  @Test
  void every_step_needs_the_keys_of_both_roots() {
    byte[] ofTheNewAlone =
        Envelope.sign(
                TrustRoot.PAYLOAD_TYPE,
                Succession.of(lab).withRootKeys(newKeys).statement().toJson(),
                newKeys)
            .toJson();
    byte[] ofTheOldAlone =
        Envelope.sign(
                TrustRoot.PAYLOAD_TYPE,
                Succession.of(lab).withRootKeys(newKeys).statement().toJson(),
                lab.rootKeys)
            .toJson();

    assertThat(refused(follow(ofTheNewAlone))).isEqualTo(RejectionReason.BAD_SIGNATURE);
    assertThat(refused(follow(ofTheOldAlone))).isEqualTo(RejectionReason.BAD_SIGNATURE);
    assertThat(reached(follow(Succession.of(lab).withRootKeys(newKeys).envelope())).current())
        .extracting(TrustRoot::version)
        .isEqualTo(2L);
  }

  @ParameterizedTest
  @ValueSource(longs = {3, 1_000_000, 9_007_199_254_740_991L})
  void no_version_is_skipped(long version) {
    assertThat(refused(follow(Succession.of(lab).version(version).envelope())))
        .isEqualTo(RejectionReason.ROOT_VERSION);
  }

  @Test
  void a_root_in_the_middle_may_have_expired_but_not_lie_in_the_future() {
    var lapsed = NOW.minus(Duration.ofHours(1));
    byte[] expired =
        Succession.of(lab).issuedAt(lapsed.minusSeconds(60)).expires(lapsed).envelope();
    byte[] future = Succession.of(lab).issuedAt(NOW.plus(Duration.ofMinutes(6))).envelope();

    assertThat(reached(follow(expired)).current().isExpiredAt(NOW)).isTrue();
    assertThat(reached(follow(expired, Succession.of(lab).version(3).envelope())).current())
        .extracting(TrustRoot::version)
        .isEqualTo(3L);
    assertThat(refused(follow(future))).isEqualTo(RejectionReason.ROOT_NOT_YET_VALID);
  }

  @Test
  void accepted_roots_are_kept_and_found_again() throws IOException {
    RootChain chain = Succession.of(lab).chain();

    state().keep(chain);
    state().keep(chain);

    assertThat(reached(state().roots(lab.root(), NOW)).current().envelope())
        .isEqualTo(chain.current().envelope());
    try (Stream<Path> files = Files.list(folder.resolve("state/roots"))) {
      assertThat(files).containsExactly(folder.resolve("state/roots/2.json"));
    }
  }

  @Test
  void a_kept_root_that_was_tampered_with_is_damage() throws IOException {
    state().keep(Succession.of(lab).chain());
    Files.write(folder.resolve("state/roots/2.json"), lab.sign(lab.statement()));
    assertThat(reached(state().roots(lab.root(), NOW)).successors()).isEmpty();

    Files.writeString(folder.resolve("state/roots/2.json"), "{}");
    assertThat(refused(state().roots(lab.root(), NOW))).isEqualTo(RejectionReason.STATE_DAMAGED);
    Files.write(folder.resolve("state/roots/2.json"), new byte[100_000]);
    assertThat(refused(state().roots(lab.root(), NOW))).isEqualTo(RejectionReason.STATE_DAMAGED);
  }

  @Test
  void a_key_that_was_retired_still_vouches_for_what_was_accepted_and_a_compromised_one_does_not()
      throws IOException {
    VerifiedBundle bundle =
        Lab.verified(BundleVerifier.open(lab.draft().write(folder), lab.root(), Lab.expectation()));
    state().persist(bundle);
    RootChain retired = Succession.of(lab).withBundleKeys(newKeys).chain();
    RootChain compromised = Succession.of(lab).withBundleKeys(newKeys).condemning().chain();

    assertThat(retired.condemns(bundle)).isFalse();
    assertThat(state().lastGood(retired, Lab.AUDIENCE, Lab.CHANNEL, NOW))
        .isInstanceOf(BundleState.Recovered.LastGood.class);
    assertThat(compromised.condemns(bundle)).isTrue();
    assertThat(state().lastGood(compromised, Lab.AUDIENCE, Lab.CHANNEL, NOW))
        .isEqualTo(new BundleState.Recovered.Refused(RootChain.condemned()));
  }

  @Test
  void a_threshold_that_is_met_without_the_compromised_key_stands() {
    VerifiedBundle bundle =
        Lab.verified(BundleVerifier.open(lab.draft().write(folder), lab.root(), Lab.expectation()));
    var statement = Succession.of(lab).withBundleKeys(newKeys).statement();
    var oneLost =
        new TrustRoot.Statement(
            2,
            1,
            statement.issuedAt(),
            statement.expires(),
            statement.roles(),
            Set.of(lab.bundleKeys.getFirst().publicKey().id()));
    byte[] envelope =
        Envelope.sign(TrustRoot.PAYLOAD_TYPE, oneLost.toJson(), lab.rootKeys).toJson();

    // three signed, two must
    assertThat(reached(follow(envelope)).condemns(bundle)).isFalse();
  }

  @Test
  void a_draft_collects_signatures_until_both_roots_are_content() {
    RootDraft draft = RootDraft.of(Succession.of(lab).withRootKeys(newKeys).statement());
    for (SigningKey key : lab.rootKeys.subList(0, 2)) {
      assertThat(draft.isComplete(Optional.of(lab.root()))).isFalse();
      draft = draft.signedBy(key).signedBy(key);
    }
    assertThat(draft.of(lab.root())).isEqualTo(new RootDraft.Quorum(2, 2));
    assertThat(draft.own()).isEqualTo(new RootDraft.Quorum(0, 2));
    for (SigningKey key : newKeys.subList(1, 3)) {
      draft = draft.signedBy(key);
    }

    assertThat(draft.isComplete(Optional.of(lab.root()))).isTrue();
    assertThat(reached(follow(draft.toJson())).current().version()).isEqualTo(2);
    assertThat(RootDraft.parse(draft.toJson())).isEqualTo(new RootDraft.Reading.Draft(draft));
    assertThat(RootDraft.parse(new byte[3])).isInstanceOf(RootDraft.Reading.Refused.class);
  }

  @Test
  void a_root_cannot_call_a_key_compromised_that_a_role_has() {
    byte[] contradicting = Succession.of(lab).condemning().envelope();

    assertThat(refused(follow(contradicting))).isEqualTo(RejectionReason.MALFORMED_ROOT);
  }
}
