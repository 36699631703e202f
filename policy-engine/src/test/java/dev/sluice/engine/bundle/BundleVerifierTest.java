package dev.sluice.engine.bundle;

import static dev.sluice.engine.bundle.Lab.NOW;
import static dev.sluice.engine.bundle.Lab.expectation;
import static dev.sluice.engine.bundle.Lab.refused;
import static dev.sluice.engine.bundle.Lab.verified;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleVerifierTest {
  private final Lab lab = Lab.create();
  @TempDir Path folder;

  private BundleVerifier.Opened open(Draft draft) {
    return BundleVerifier.open(draft.write(folder), lab.root(), expectation());
  }

  private RejectionReason reason(Draft draft) {
    return refused(open(draft)).code();
  }

  private static UnaryOperator<byte[]> text(UnaryOperator<String> edit) {
    return bytes ->
        edit.apply(new String(bytes, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void a_good_bundle_opens_with_either_algorithm(KeyAlgorithm algorithm) {
    Lab other = Lab.of(algorithm);
    Draft draft = other.draft();

    VerifiedBundle bundle =
        verified(BundleVerifier.open(draft.write(folder), other.root(), expectation()));

    assertThat(bundle.manifest()).isEqualTo(draft.manifest());
    assertThat(bundle.shards().values()).containsExactlyInAnyOrderElementsOf(Lab.shards());
    assertThat(bundle.envelope()).isEqualTo(Bytes.of(draft.envelopeBytes()));
    assertThat(bundle.manifestDigest()).isEqualTo(Digest.of(draft.manifest().toJson()));
  }

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void two_of_three_keys_must_sign(KeyAlgorithm algorithm) {
    Lab three = Lab.twoOfThree(algorithm);
    List<SigningKey> keys = three.bundleKeys;

    assertThat(openWith(three, keys.subList(1, 3)).code()).isEmpty();
    assertThat(openWith(three, keys.subList(0, 1)).code()).contains(RejectionReason.BAD_SIGNATURE);
  }

  @Test
  void one_key_that_signs_twice_counts_once() {
    Lab three = Lab.twoOfThree(KeyAlgorithm.ECDSA_P256);
    SigningKey key = three.bundleKeys.getFirst();

    assertThat(openWith(three, List.of(key, key)).code()).contains(RejectionReason.BAD_SIGNATURE);
  }

  @Test
  void keys_of_other_roles_do_not_count() {
    assertThat(reason(lab.draft().signers(lab.rootKeys))).isEqualTo(RejectionReason.BAD_SIGNATURE);
    assertThat(reason(lab.draft().signers(lab.freshnessKeys)))
        .isEqualTo(RejectionReason.BAD_SIGNATURE);
  }

  private record Outcome(Optional<RejectionReason> code) {}

  private Outcome openWith(Lab three, List<SigningKey> signers) {
    Path bundle = three.draft().signers(signers).write(folder);
    return switch (BundleVerifier.open(bundle, three.root(), expectation())) {
      case BundleVerifier.Opened.Verified _ -> new Outcome(Optional.empty());
      case BundleVerifier.Opened.Refused(var rejection) ->
          new Outcome(Optional.of(rejection.code()));
    };
  }

  @Test
  void stripped_signatures_never_load() {
    assertThat(reason(lab.draft().signers(List.of()))).isEqualTo(RejectionReason.BAD_SIGNATURE);
    assertThat(reason(lab.draft().envelope(text(json -> json.replaceFirst("\\[.*]", "null")))))
        .isEqualTo(RejectionReason.MALFORMED_ENVELOPE);
  }

  @Test
  void a_wrong_or_missing_key_id_is_a_hint_without_effect() {
    String wrong = lab.rootKeys.getFirst().publicKey().id();
    String right = lab.bundleKeys.getFirst().publicKey().id();

    verified(open(lab.draft().envelope(text(json -> json.replace(right, wrong)))));
    verified(
        open(lab.draft().envelope(text(json -> json.replace("\"keyid\":\"" + right + "\",", "")))));
    // and a right one lends nothing to a wrong signature
    SigningKey stranger = Lab.keys(KeyAlgorithm.ED25519, 1).getFirst();
    assertThat(
            reason(
                lab.draft()
                    .signers(List.of(stranger))
                    .envelope(text(json -> json.replace(stranger.publicKey().id(), right)))))
        .isEqualTo(RejectionReason.BAD_SIGNATURE);
  }

  @Test
  void ten_thousand_signatures_are_refused_without_verifying_them() {
    List<SigningKey> many = Stream.generate(lab.bundleKeys::getFirst).limit(17).toList();

    assertThat(reason(lab.draft().signers(many))).isEqualTo(RejectionReason.MALFORMED_ENVELOPE);
    assertThat(
            reason(
                lab.draft()
                    .envelope(
                        text(json ->
                            json.replace(
                                "\"signatures\":[",
                                "\"signatures\":[" + "{\"sig\":\"AAAA\"},".repeat(10_000))))))
        .isEqualTo(RejectionReason.MALFORMED_ENVELOPE);
    assertThat(
            reason(
                lab.draft()
                    .envelope(
                        text(json ->
                            json.replace(
                                "\"signatures\":[",
                                "\"signatures\":[" + "{\"sig\":\"AAAA\"},".repeat(20_000))))))
        .isEqualTo(RejectionReason.TOO_LARGE);
  }

  @Test
  void an_algorithm_in_the_envelope_means_nothing() {
    verified(
        open(
            lab.draft()
                .envelope(text(json -> json.replace("\"sig\":", "\"alg\":\"none\",\"sig\":")))));
  }

  @Test
  void a_signed_document_of_another_kind_is_not_a_manifest() {
    assertThat(reason(lab.draft().payloadType("application/json")))
        .isEqualTo(RejectionReason.WRONG_PAYLOAD_TYPE);
    assertThat(reason(lab.draft().payloadType(Manifest.PAYLOAD_TYPE.toUpperCase(Locale.ROOT))))
        .isEqualTo(RejectionReason.WRONG_PAYLOAD_TYPE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"sequence\":9007199254740992",
        "\"sequence\":7.0",
        "\"sequence\":7e0",
        "\"sequence\":\"7\"",
        "\"sequence\":99999999999999999999999",
        "\"sequence\":7,\"sequence\":8",
      })
  void a_sequence_has_one_reading_below_two_to_the_53(String field) {
    assertThat(reason(lab.draft().payload(json -> json.replace("\"sequence\":7", field))))
        .isEqualTo(RejectionReason.MALFORMED_MANIFEST);
  }

  @Test
  void unknown_optional_fields_are_ignored_and_known_critical_ones_accepted() {
    verified(
        open(lab.draft().payload(json -> json.replaceFirst("\\{", "{\"comment\":{\"x\":1},"))));
    verified(open(lab.draft().critical("audience", "contents")));
    verified(open(lab.draft().envelope(text(json -> json.replaceFirst("\\{", "{\"extra\":[1],")))));
  }

  @Test
  void both_base64_alphabets_open_and_a_second_spelling_does_not() {
    verified(
        open(
            lab.draft()
                .envelope(
                    text(json -> {
                      int from = json.indexOf("\"sig\":\"");
                      return json.substring(0, from)
                          + json.substring(from).replace('+', '-').replace('/', '_');
                    }))));
    assertThat(reason(lab.draft().envelope(text(json -> json.replace("==\"", "\"")))))
        .isEqualTo(RejectionReason.MALFORMED_ENVELOPE);
    assertThat(
            reason(
                lab.draft()
                    .envelope(text(json -> json.replace("\"payload\":\"", "\"payload\":\"\\n")))))
        .isEqualTo(RejectionReason.MALFORMED_ENVELOPE);
  }

  @Test
  void duplicate_keys_and_trailing_documents_are_refused() {
    assertThat(reason(lab.draft().envelope(text(json -> json + "{}"))))
        .isEqualTo(RejectionReason.MALFORMED_ENVELOPE);
    assertThat(
            reason(
                lab.draft().envelope(text(json -> json.replaceFirst("\\{", "{\"payload\":\"\",")))))
        .isEqualTo(RejectionReason.MALFORMED_ENVELOPE);
    assertThat(
            reason(
                lab.draft()
                    .envelope(
                        text(json ->
                            json.replaceFirst(
                                "\\{", "{\"x\":" + "[".repeat(50) + "]".repeat(50) + ",")))))
        .isEqualTo(RejectionReason.MALFORMED_ENVELOPE);
  }

  @Test
  void a_replay_and_an_equivocation_are_told_apart_and_the_same_bundle_is_fine() {
    VerifiedBundle bundle = verified(open(lab.draft()));
    HighWaterMark same = HighWaterMark.of(bundle.manifest(), bundle.manifestDigest());
    Expectation after = Lab.expectationAfter(same);

    verified(BundleVerifier.open(lab.draft().write(folder), lab.root(), after));
    verified(BundleVerifier.open(lab.draft().revision(1, 8).write(folder), lab.root(), after));
    assertThat(
            refused(
                    BundleVerifier.open(
                        lab.draft().revision(1, 6).write(folder), lab.root(), after))
                .code())
        .isEqualTo(RejectionReason.ROLLBACK);
    assertThat(
            refused(
                    BundleVerifier.open(
                        lab.draft().expires(NOW.plusSeconds(99)).write(folder), lab.root(), after))
                .code())
        .isEqualTo(RejectionReason.EQUIVOCATION);
  }

  @Test
  void only_the_root_raises_the_epoch_and_the_sequence_restarts_in_it() {
    var mark = new HighWaterMark(1, Limits.INTEGER, Digest.of(new byte[0]), NOW);
    Expectation after = Lab.expectationAfter(mark);
    Path raised = lab.draft().revision(2, 1).write(folder);

    assertThat(refused(BundleVerifier.open(raised, lab.root(), after)).code())
        .isEqualTo(RejectionReason.WRONG_EPOCH);
    verified(BundleVerifier.open(raised, lab.rootOfEpoch(2), after));
  }

  @Test
  void clocks_may_differ_by_five_minutes_both_ways() {
    Path bundle = lab.draft().issuedAt(NOW).expires(NOW.plus(Duration.ofDays(1))).write(folder);

    assertThat(at(bundle, NOW.minus(Duration.ofMinutes(5)))).isEmpty();
    assertThat(at(bundle, NOW.minus(Duration.ofMinutes(5)).minusSeconds(1)))
        .contains(RejectionReason.NOT_YET_VALID);
    assertThat(at(bundle, NOW.plus(Duration.ofDays(1)).plus(Duration.ofMinutes(5)).minusSeconds(1)))
        .isEmpty();
    assertThat(at(bundle, NOW.plus(Duration.ofDays(1)).plus(Duration.ofMinutes(5))))
        .contains(RejectionReason.EXPIRED);
    assertThat(at(bundle, Instant.EPOCH)).contains(RejectionReason.NOT_YET_VALID);
  }

  @Test
  void a_clock_that_is_behind_is_corrected_by_the_latest_issue_time() {
    Path expired = lab.draft().expires(NOW.minus(Duration.ofMinutes(10))).write(folder);
    var mark = new HighWaterMark(1, 1, Digest.of(new byte[0]), NOW);
    var behind =
        new Expectation(
            Lab.AUDIENCE, Lab.CHANNEL, Optional.of(mark), NOW.minus(Duration.ofDays(1)));

    assertThat(behind.isClockBehind()).isTrue();
    assertThat(refused(BundleVerifier.open(expired, lab.root(), behind)).code())
        .isEqualTo(RejectionReason.EXPIRED);
    verified(BundleVerifier.open(lab.draft().write(folder), lab.root(), behind));
  }

  @Test
  void a_bundle_may_be_valid_only_later_than_it_is_issued() {
    assertThat(reason(lab.draft().notBefore(NOW.plus(Duration.ofHours(1)))))
        .isEqualTo(RejectionReason.NOT_YET_VALID);
  }

  @Test
  void new_bundles_are_refused_under_an_expired_root() {
    Instant later = lab.root().expires().plus(Duration.ofHours(1));
    Path bundle = lab.draft().expires(later.plus(Duration.ofDays(1))).write(folder);

    assertThat(at(bundle, later)).contains(RejectionReason.ROOT_EXPIRED);
  }

  private Optional<RejectionReason> at(Path bundle, Instant now) {
    return switch (BundleVerifier.open(bundle, lab.root(), Lab.expectationAt(now))) {
      case BundleVerifier.Opened.Verified _ -> Optional.empty();
      case BundleVerifier.Opened.Refused(var rejection) -> Optional.of(rejection.code());
    };
  }

  @Test
  void a_good_freshness_statement_is_kept() {
    VerifiedBundle bundle = verified(open(lab.draft().freshness(statement -> statement)));

    assertThat(bundle.freshness()).isPresent();
    assertThat(bundle.freshness().get().sequence()).isEqualTo(7);
    assertThat(reason(lab.draft().rawFreshness("{\"payload\":\"\"}")))
        .isEqualTo(RejectionReason.BAD_FRESHNESS);
  }
}
