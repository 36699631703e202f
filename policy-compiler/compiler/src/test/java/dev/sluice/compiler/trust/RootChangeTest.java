package dev.sluice.compiler.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.trust.RootCeremony.Outcome;
import dev.sluice.engine.bundle.KeyAlgorithm;
import dev.sluice.engine.bundle.RootDraft;
import dev.sluice.engine.bundle.SigningKey;
import dev.sluice.engine.bundle.TrustRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootChangeTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final RootChange.Terms TERMS =
      new RootChange.Terms(NOW.plusSeconds(3600), Duration.ofDays(30));

  @TempDir Path folder;
  private Path directory = Path.of("unset");

  @BeforeEach
  void make_keys() throws IOException {
    directory = folder.resolve("keys");
    SigningKeysTest.ready(
        SigningKeys.init(
            directory,
            new KeySettings(
                KeyAlgorithm.ED25519,
                KeySettings.Share.SINGLE,
                new KeySettings.Share(1, 2),
                NOW,
                KeySettings.YEAR)));
  }

  private RootCeremony ceremony() {
    return new RootCeremony(directory, KeyReader.ofFiles(), List.of());
  }

  private TrustRoot root() {
    return SigningKeysTest.ready(SigningKeys.open(directory, TERMS.issuedAt())).root();
  }

  private static Problem refused(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Refused(var problems) -> problems.getFirst();
      case Outcome.InForce _, Outcome.Waiting _ -> throw new AssertionError(outcome.toString());
    };
  }

  private String idOf(String file) throws IOException {
    return SigningKey.parsePem(Files.readString(directory.resolve(file)))
        .orElseThrow()
        .publicKey()
        .id();
  }

  @Test
  void a_retired_key_is_set_aside_and_the_others_sign() throws IOException {
    String retired = idOf("bundle.pem");

    assertThat(ceremony().change(List.of(new RootChange.Retire(retired)), TERMS))
        .isInstanceOf(Outcome.InForce.class);

    assertThat(directory.resolve("bundle.pem")).doesNotExist();
    assertThat(directory.resolve("retired/" + retired + ".pem")).exists();
    assertThat(root().version()).isEqualTo(2);
    assertThat(root().roles().bundle().keys()).hasSize(1);
    assertThat(root().expires()).isEqualTo(TERMS.issuedAt().plus(Duration.ofDays(30)));
  }

  @Test
  void what_no_trust_root_can_be_is_refused_and_changes_nothing() throws IOException {
    byte[] before = Files.readAllBytes(directory.resolve("root.json"));
    String root = idOf("root.pem");
    var bundleKey =
        SigningKey.parsePem(Files.readString(directory.resolve("bundle.pem"))).orElseThrow();

    assertThat(refused(ceremony().change(List.of(new RootChange.Retire(root)), TERMS)).message())
        .contains("`root` would have 0 keys of which 1 must sign");
    assertThat(refused(ceremony().change(List.of(new RootChange.Retire("00")), TERMS)).message())
        .contains("no role has the key 00");
    assertThat(
            refused(
                    ceremony()
                        .change(
                            List.of(new RootChange.Add(RoleName.ROOT, bundleKey.publicKey())),
                            TERMS))
                .message())
        .contains("has the role `bundle` already");
    assertThat(
            refused(ceremony().change(List.of(new RootChange.Threshold(RoleName.BUNDLE, 3)), TERMS))
                .message())
        .contains("2 keys of which 3 must sign");
    assertThat(Files.readAllBytes(directory.resolve("root.json"))).isEqualTo(before);
    assertThat(directory.resolve("root.next.json")).doesNotExist();
  }

  @Test
  void a_compromised_key_never_comes_back() throws IOException {
    var stolen =
        SigningKey.parsePem(Files.readString(directory.resolve("bundle.pem"))).orElseThrow();
    ceremony().change(List.of(new RootChange.Condemn(stolen.publicKey().id())), TERMS);
    ceremony().change(List.of(new RootChange.RaiseEpoch()), TERMS);

    assertThat(root().compromised()).containsExactly(stolen.publicKey().id());
    assertThat(root().epoch()).isEqualTo(2);
    assertThat(
            refused(
                    ceremony()
                        .change(
                            List.of(new RootChange.Add(RoleName.BUNDLE, stolen.publicKey())),
                            TERMS))
                .message())
        .contains("is compromised");
  }

  @Test
  void without_the_root_key_the_change_waits_and_a_second_one_is_refused() throws IOException {
    Path root = Files.move(directory.resolve("root.pem"), folder.resolve("offline"));
    byte[] before = Files.readAllBytes(directory.resolve("root.json"));

    assertThat(ceremony().rotate(RoleName.FRESHNESS, KeyAlgorithm.ECDSA_P256, List.of(), TERMS))
        .isInstanceOf(Outcome.Waiting.class);
    assertThat(refused(ceremony().change(List.of(), TERMS)).message()).contains("waits");
    assertThat(Files.readAllBytes(directory.resolve("root.json"))).isEqualTo(before);

    Files.move(root, directory.resolve("root.pem"));
    assertThat(ceremony().sign(Optional.empty())).isInstanceOf(Outcome.InForce.class);
    assertThat(root().roles().freshness().keys()).hasSize(2);
    assertThat(directory.resolve("root.next.json")).doesNotExist();
  }

  @Test
  void a_new_root_key_signs_beside_the_old_one() throws IOException {
    String old = idOf("root.pem");

    assertThat(
            ceremony()
                .rotate(
                    RoleName.ROOT,
                    KeyAlgorithm.ED25519,
                    List.of(new RootChange.Retire(old)),
                    TERMS))
        .isInstanceOf(Outcome.InForce.class);
    assertThat(root().roles().root().keys()).noneMatch(key -> key.id().equals(old));
    assertThat(ceremony().change(List.of(), TERMS)).isInstanceOf(Outcome.InForce.class);
    assertThat(root().version()).isEqualTo(3);
  }

  @Test
  void a_draft_for_another_root_or_none_is_refused() throws IOException {
    var key = SigningKey.generate(KeyAlgorithm.ED25519, new SecureRandom());

    assertThat(refused(ceremony().sign(Optional.empty())).message()).contains("no successor");
    ceremony().change(List.of(new RootChange.Add(RoleName.BUNDLE, key.publicKey())), TERMS);
    byte[] current = Files.readAllBytes(directory.resolve("root.json"));
    var draft = (RootDraft.Reading.Draft) RootDraft.parse(current);
    assertThat(refused(ceremony().sign(Optional.of(draft.draft()))).message())
        .contains("version 2 cannot follow version 2");
  }

  @Test
  void roots_that_do_not_lead_to_the_present_one_stop_the_build() throws IOException {
    ceremony().change(List.of(), TERMS);
    Path foreign = folder.resolve("foreign");
    SigningKeysTest.ready(SigningKeys.init(foreign, KeySettings.development(NOW)));
    Files.copy(
        foreign.resolve("root.json"),
        directory.resolve("roots/1.json"),
        StandardCopyOption.REPLACE_EXISTING);

    assertThat(SigningKeys.open(directory, TERMS.issuedAt()))
        .isInstanceOfSatisfying(
            SigningKeys.Outcome.Unusable.class,
            unusable ->
                assertThat(unusable.problems())
                    .anySatisfy(problem -> assertThat(problem.message()).contains("do not lead")));
  }
}
