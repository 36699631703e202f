package dev.sluice.engine.bundle;

import static dev.sluice.engine.bundle.Lab.NOW;
import static dev.sluice.engine.bundle.Lab.refused;
import static dev.sluice.engine.bundle.Lab.trusted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.bundle.TrustRoot.Roles;
import dev.sluice.engine.bundle.TrustRoot.Statement;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TrustRootTest {
  private final Lab lab = Lab.create();

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void a_root_says_what_was_written(KeyAlgorithm algorithm) {
    Lab three = Lab.twoOfThree(algorithm);
    TrustRoot root = three.root();

    assertThat(root.roles()).isEqualTo(three.statement().roles());
    assertThat(root.version()).isEqualTo(1);
    assertThat(root.epoch()).isEqualTo(1);
    assertThat(root.envelope()).isEqualTo(Bytes.of(three.sign(three.statement())));
  }

  @Test
  void a_root_must_be_signed_by_the_threshold_of_its_own_root_keys() {
    Lab three = Lab.twoOfThree(KeyAlgorithm.ED25519);
    byte[] payload = three.statement().toJson();

    assertThat(open(payload, three.rootKeys.subList(0, 1)))
        .isEqualTo(RejectionReason.BAD_SIGNATURE);
    assertThat(open(payload, three.bundleKeys)).isEqualTo(RejectionReason.BAD_SIGNATURE);
    assertThat(open(payload, List.of())).isEqualTo(RejectionReason.BAD_SIGNATURE);
    trusted(
        TrustRoot.open(
            Envelope.sign(TrustRoot.PAYLOAD_TYPE, payload, three.rootKeys.subList(1, 3)).toJson(),
            NOW));
  }

  private static RejectionReason open(byte[] payload, List<SigningKey> signers) {
    return refused(
            TrustRoot.open(Envelope.sign(TrustRoot.PAYLOAD_TYPE, payload, signers).toJson(), NOW))
        .code();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"alg\":\"ed25519\"|\"alg\":\"none\"",
        "\"alg\":\"ed25519\"|\"alg\":\"ecdsa-p256-sha256\"",
        "\"id\":\"|\"id\":\"0",
        "\"threshold\":1|\"threshold\":0",
        "\"threshold\":1|\"threshold\":2",
        "\"threshold\":1|\"threshold\":99999999999",
        "\"version\":1|\"version\":9007199254740993",
        "\"version\":1|\"version\":0",
        "\"epoch\":1|\"epoch\":-1",
        "sluice.root.v1|sluice.root.v2",
        "\"spki\":\"|\"spki\":\"!",
        "\"keys\":[\"|\"keys\":[\"0",
        "\"freshness\"|\"stale\"",
        "\"expires\":\"20|\"expires\":\"19",
        "\"expires\":\"2027-11|\"expires\":\"+1000000000-12",
      })
  void a_root_that_is_not_well_formed_is_refused_though_signed(String from, String to) {
    String text = new String(lab.statement().toJson(), StandardCharsets.UTF_8);
    assertThat(text).contains(from);
    byte[] payload = text.replace(from, to).getBytes(StandardCharsets.UTF_8);

    assertThat(open(payload, lab.rootKeys)).isEqualTo(RejectionReason.MALFORMED_ROOT);
  }

  @Test
  void roles_share_no_key() {
    Statement good = lab.statement();
    var shared =
        new Statement(
            1,
            1,
            good.issuedAt(),
            good.expires(),
            new Roles(good.roles().root(), good.roles().bundle(), good.roles().bundle()));

    assertThat(open(shared.toJson(), lab.rootKeys)).isEqualTo(RejectionReason.MALFORMED_ROOT);
  }

  @Test
  void another_document_is_no_root() {
    assertThat(refused(TrustRoot.open(lab.draft().envelopeBytes(), NOW)).code())
        .isEqualTo(RejectionReason.WRONG_PAYLOAD_TYPE);
    assertThat(refused(TrustRoot.open(new byte[70_000], NOW)).code())
        .isEqualTo(RejectionReason.TOO_LARGE);
    assertThat(refused(TrustRoot.open(new byte[3], NOW)).code())
        .isEqualTo(RejectionReason.MALFORMED_ENVELOPE);
  }

  @Test
  void an_expired_root_opens_only_when_time_is_ignored() {
    byte[] envelope = lab.sign(lab.statement());
    var late = lab.statement().expires().plusSeconds(301);

    assertThat(refused(TrustRoot.open(envelope, late)).code())
        .isEqualTo(RejectionReason.ROOT_EXPIRED);
    assertThat(trusted(TrustRoot.openIgnoringTime(envelope)).isExpiredAt(late)).isTrue();
  }

  @Test
  void the_next_root_is_signed_by_both_and_skips_nothing() {
    TrustRoot present = lab.root();
    Lab next = Lab.create();
    List<SigningKey> both = Stream.concat(lab.rootKeys.stream(), next.rootKeys.stream()).toList();

    assertThat(trusted(present.succeededBy(signed(next, 2, both), NOW)).version()).isEqualTo(2);
    assertThat(refused(present.succeededBy(signed(next, 3, both), NOW)).code())
        .isEqualTo(RejectionReason.ROOT_VERSION);
    assertThat(refused(present.succeededBy(signed(next, 1, both), NOW)).code())
        .isEqualTo(RejectionReason.ROOT_VERSION);
    assertThat(refused(present.succeededBy(signed(next, 2, next.rootKeys), NOW)).code())
        .isEqualTo(RejectionReason.BAD_SIGNATURE);
    assertThat(refused(present.succeededBy(signed(next, 2, lab.rootKeys), NOW)).code())
        .isEqualTo(RejectionReason.BAD_SIGNATURE);
    assertThat(refused(present.succeededBy(new byte[1], NOW)).code())
        .isEqualTo(RejectionReason.MALFORMED_ENVELOPE);
  }

  private static byte[] signed(Lab owner, long version, List<SigningKey> signers) {
    Statement one = owner.statement();
    var statement = new Statement(version, 1, one.issuedAt(), one.expires(), one.roles());
    return Envelope.sign(TrustRoot.PAYLOAD_TYPE, statement.toJson(), signers).toJson();
  }
}
