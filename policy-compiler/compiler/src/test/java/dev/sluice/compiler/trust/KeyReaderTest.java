package dev.sluice.compiler.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.bundle.KeyAlgorithm;
import dev.sluice.engine.bundle.Signatory;
import dev.sluice.engine.bundle.SigningKey;
import dev.sluice.engine.bundle.VerificationKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyReaderTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Path FILES = Path.of("src/test/resources/dev/sluice/compiler/trust");
  private static final Passphrases RIGHT = _ -> Optional.of("correct-horse".toCharArray());
  private static final Passphrases WRONG = _ -> Optional.of("wrong".toCharArray());

  @TempDir Path folder;

  private static Signatory ready(KeyReader.Loaded loaded) {
    return switch (loaded) {
      case KeyReader.Loaded.Ready(var key) -> key;
      case KeyReader.Loaded.Unusable(var problem) -> throw new AssertionError(problem.toString());
    };
  }

  private static Problem unusable(KeyReader.Loaded loaded) {
    return switch (loaded) {
      case KeyReader.Loaded.Unusable(var problem) -> problem;
      case KeyReader.Loaded.Ready(var key) -> throw new AssertionError(key.toString());
    };
  }

  private static KeyReader.Loaded read(Path file, Passphrases passphrases) {
    return new KeyReader(Map.of(), passphrases).read(new KeySource.InFile(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"openssl-pbkdf2.pem", "openssl-scrypt.pem"})
  void keys_that_openssl_encrypted_are_read(String name) throws IOException {
    VerificationKey expected =
        VerificationKey.parsePem(Files.readString(FILES.resolve("openssl.pub"))).orElseThrow();

    Signatory key = ready(read(FILES.resolve(name), RIGHT));

    assertThat(key.publicKey()).isEqualTo(expected);
    byte[] message = "message".getBytes(StandardCharsets.UTF_8);
    assertThat(expected.verifies(message, key.sign(message))).isTrue();
  }

  @Test
  void a_wrong_passphrase_and_none_are_told_apart_and_leak_nothing() {
    Path file = FILES.resolve("openssl-scrypt.pem");

    assertThat(unusable(read(file, WRONG)).message()).contains("cannot be decrypted");
    assertThat(unusable(read(file, Passphrases.NONE)).message()).contains("no passphrase");
    assertThat(unusable(read(file, WRONG)).toString()).doesNotContain("wrong\"");
  }

  @Test
  void a_key_in_a_variable_is_read_and_a_missing_variable_is_named() throws IOException {
    String pem = Files.readString(FILES.resolve("openssl-p256.pem"));
    var reader = new KeyReader(Map.of("BUNDLE_KEY", pem), Passphrases.NONE);

    assertThat(ready(reader.read(new KeySource.InEnvironment("BUNDLE_KEY"))).publicKey())
        .extracting(VerificationKey::algorithm)
        .isEqualTo(KeyAlgorithm.ECDSA_P256);
    assertThat(unusable(reader.read(new KeySource.InEnvironment("OTHER"))).toString())
        .contains("env:OTHER")
        .contains("not set");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-----BEGIN PRIVATE KEY-----",
        "text",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"
      })
  void what_is_no_key_is_refused(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("key.pem"), text);

    assertThat(unusable(read(file, RIGHT)).file()).isEqualTo(file);
    Files.writeString(file, "x".repeat(70_000));
    assertThat(unusable(read(file, RIGHT)).message()).contains("too large");
    assertThat(unusable(read(folder.resolve("absent"), RIGHT)).message()).isEqualTo("missing");
  }

  @Test
  void new_keys_are_encrypted_when_there_is_a_passphrase_and_sign_with_it_only()
      throws IOException {
    Path directory = folder.resolve("keys");
    SigningKeysTest.ready(SigningKeys.init(directory, KeySettings.development(NOW), RIGHT));

    for (String name : List.of("root.pem", "bundle.pem", "freshness.pem")) {
      assertThat(directory.resolve(name)).content().startsWith("-----BEGIN ENCRYPTED PRIVATE KEY");
    }
    assertThat(SigningKeys.open(directory, NOW)).isInstanceOf(SigningKeys.Outcome.Unusable.class);
    SigningKeysTest.ready(
        SigningKeys.open(directory, NOW, new KeyReader(Map.of(), RIGHT), List.of()));
  }

  @Test
  void a_bundle_key_that_is_elsewhere_signs_too() throws IOException {
    Path directory = folder.resolve("keys");
    SigningKeysTest.ready(SigningKeys.init(directory, KeySettings.development(NOW)));
    Path elsewhere = Files.move(directory.resolve("bundle.pem"), folder.resolve("elsewhere"));
    Signatory key = ready(read(elsewhere, Passphrases.NONE));
    var stranger = SigningKey.generate(KeyAlgorithm.ED25519, new SecureRandom());

    SigningKeysTest.ready(
        SigningKeys.open(directory, NOW, KeyReader.ofFiles(), List.of(stranger, key)));
    assertThat(SigningKeys.open(directory, NOW, KeyReader.ofFiles(), List.of(stranger)))
        .isInstanceOf(SigningKeys.Outcome.Unusable.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "env:                                              | name of a variable",
        "pkcs11:object=k                                   | module-path",
        "pkcs11:module-path=/m                             | are needed",
        "pkcs11:object=k?module-path=/m&pin-value=1234     | pin-source",
        "pkcs11:object=k;object=l?module-path=/m           | malformed",
        "pkcs11:object=k;slot-id=one?module-path=/m        | number",
        "pkcs11:object=k;token=t?module-path=/m            | `token` is not understood",
        "pkcs11:object=k?module-path=/m&pin-source=/pin    | file:PATH",
        "pkcs11:object=%zz?module-path=/m                  | malformed",
      })
  void a_source_that_makes_no_sense_is_refused_with_the_reason(String text, String reason) {
    assertThat(KeySource.parse(text))
        .isInstanceOfSatisfying(
            KeySource.Parsing.Wrong.class,
            wrong -> assertThat(wrong.reason()).contains(reason).doesNotContain("1234"));
  }

  @Test
  void a_token_that_cannot_be_used_is_a_problem_and_no_crash() {
    var source = KeySource.parse("pkcs11:object=my%20key;slot-id=3?module-path=/no/such/module.so");

    assertThat(source)
        .isInstanceOfSatisfying(
            KeySource.Parsing.Source.class,
            found ->
                assertThat(unusable(KeyReader.ofFiles().read(found.source())).message())
                    .contains("the token cannot be used"));
  }
}
