package dev.sluice.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.cli.Run.Setting;
import dev.sluice.schemas.Schemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Keys, build, verify and inspect, together as users run them.
class BundleTest {
  @TempDir Path folder;
  private String keys = "";
  private String bundle = "";
  private String root = "";

  @BeforeEach
  void make_keys() {
    keys = folder.resolve("keys").toString();
    bundle = folder.resolve("bundle").toString();
    root = folder.resolve("keys/root.json").toString();
    assertThat(Run.of("keys", "init", keys).code()).isZero();
  }

  private Run build(String... more) {
    var arguments = Stream.of("build", Trees.SHOP, "--keys", keys, "--out", bundle);
    return Run.of(Stream.concat(arguments, Stream.of(more)).toArray(String[]::new));
  }

  @Test
  void the_shop_is_built_verified_and_inspected() {
    Run built = build();
    Run verified = Run.of("verify", bundle, "--root", root);
    Run inspected = Run.of("inspect", bundle, "--root", root);

    assertThat(List.of(built.code(), verified.code(), inspected.code())).containsOnly(0);
    Golden.assertSame("build-shop.txt", stable(built.out()));
    Golden.assertSame("verify-shop.txt", stable(verified.out()));
    Golden.assertSame("inspect-shop.txt", stable(inspected.out()));
    assertThat(built.err() + verified.err() + inspected.err()).isEmpty();
  }

  /// Keys, and with them digests, differ with every run; sizes and versions with every release.
  private String stable(String out) {
    return out.replace(folder.toString(), "FOLDER")
        .replaceAll("sha256:[0-9a-f]{64}", "DIGEST")
        .replaceAll("signed by [0-9a-f]{64}", "signed by KEY")
        .replaceAll(" +[0-9,]+ bytes", " SIZE")
        .replaceAll("source    .*", "source    COMMIT")
        .replaceAll("compiler  .*", "compiler  VERSION");
  }

  @Test
  void every_json_output_fits_its_schema_and_they_agree() {
    JsonNode built = build("--output", "json").json();
    JsonNode verified = Run.of("verify", bundle, "--root", root, "--output", "json").json();
    JsonNode inspected = Run.of("inspect", bundle, "--output", "json").json();
    JsonNode trusted = Run.of("inspect", bundle, "--root", root, "--output", "json").json();
    JsonNode shown = Run.of("keys", "show", keys, "--output", "json").json();

    OutputSchema.assertFits(Schemas.BUILD_OUTPUT, built);
    OutputSchema.assertFits(Schemas.VERIFY_OUTPUT, verified);
    OutputSchema.assertFits(Schemas.INSPECT_OUTPUT, inspected);
    OutputSchema.assertFits(Schemas.INSPECT_OUTPUT, trusted);
    OutputSchema.assertFits(Schemas.KEYS_OUTPUT, shown);
    assertThat(verified.path("bundle")).isEqualTo(built.path("bundle"));
    assertThat(inspected.path("bundle")).isEqualTo(built.path("bundle"));
    assertThat(inspected.at("/trust/trusted").isNull()).isTrue();
    assertThat(trusted.at("/trust/trusted").asBoolean()).isTrue();
    assertThat(inspected.at("/signatures/0/keyId"))
        .isEqualTo(shown.at("/roles/bundle/keys/0/keyId"));
    assertThat(inspected.at("/counts/policies").asInt()).isPositive();
    assertThat(built.at("/createdAt").asText()).isEqualTo(Run.NOW.toString());
  }

  @Test
  void the_sequence_grows_and_the_meaning_stays() {
    JsonNode first = build("--output", "json").json();
    JsonNode second = build("--output", "json").json();

    assertThat(second.at("/bundle/sequence").asLong())
        .isEqualTo(first.at("/bundle/sequence").asLong() + 1);
    assertThat(second.at("/bundle/semanticDigest")).isEqualTo(first.at("/bundle/semanticDigest"));
    assertThat(second.at("/blobs")).isEqualTo(first.at("/blobs"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json"})
  void a_tampered_bundle_is_not_trusted_and_the_reason_is_named(String format) throws IOException {
    JsonNode built = build("--output", "json").json();
    Path blob = Path.of(bundle, "blobs/sha256", built.at("/blobs/0/digest").asText().substring(7));
    byte[] bytes = Files.readAllBytes(blob);
    bytes[bytes.length / 2] ^= 1;
    Files.write(blob, bytes);

    Run run = Run.of("verify", bundle, "--root", root, "--output", format);
    Run inspected = Run.of("inspect", bundle, "--root", root);

    assertThat(run.code()).isEqualTo(5);
    assertThat(run.err()).contains("not trusted: digest_mismatch");
    assertThat(run.out()).contains("digest_mismatch");
    assertThat(inspected.code()).isZero();
    assertThat(inspected.out())
        .contains("not trusted (digest_mismatch")
        .contains("missing, changed");
  }

  @Test
  void why_a_bundle_is_not_trusted_fits_the_schema() {
    build();

    JsonNode json =
        Run.of("verify", bundle, "--root", root, "--audience", "other", "--output", "json").json();

    OutputSchema.assertFits(Schemas.VERIFY_OUTPUT, json);
    assertThat(json.path("reason").asText()).isEqualTo("wrong_audience");
    assertThat(json.path("bundle").isNull()).isTrue();
  }

  @Test
  void another_audience_channel_key_or_time_is_not_trusted() {
    build();
    String foreign = folder.resolve("foreign").toString();
    Run.of("keys", "init", foreign, "--algorithm", "ecdsa-p256");
    var late = Setting.plain().at(Run.NOW.plus(Duration.ofDays(100)));

    assertThat(Run.of("verify", bundle, "--root", root, "--channel", "canary").err())
        .contains("wrong_channel");
    assertThat(Run.of("verify", bundle, "--root", foreign + "/root.json").err())
        .contains("bad_signature");
    Run expired = late.run("verify", bundle, "--root", root);
    assertThat(expired.err()).contains("expired");
    assertThat(expired.code()).isEqualTo(5);
  }

  @Test
  void what_cannot_be_read_is_3_and_not_5() throws IOException {
    build();
    Path broken = Files.writeString(folder.resolve("broken.json"), "{");

    assertThat(Run.of("verify", folder.resolve("absent").toString(), "--root", root).code())
        .isEqualTo(3);
    assertThat(Run.of("verify", bundle, "--root", folder.resolve("absent").toString()).code())
        .isEqualTo(3);
    assertThat(Run.of("verify", bundle, "--root", broken.toString()).code()).isEqualTo(5);
    Run inspected = Run.of("inspect", folder.resolve("absent").toString());
    assertThat(inspected.code()).isEqualTo(3);
    assertThat(inspected.err()).contains("cannot read the bundle");
  }

  @Test
  void nothing_is_written_while_an_error_stands_and_no_number_is_used() throws IOException {
    String wrong = Trees.write(folder.resolve("wrong"), Trees.WORKLOAD, Trees.MISSPELT);
    String counter = Files.readString(Path.of(keys, "sequence.json"));

    Run run = Run.of("build", wrong, "--keys", keys, "--out", bundle);
    Run data = Run.of("build", wrong, "--keys", keys, "--out", bundle, "--output", "json");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).contains("error[SLU1103]").contains("nothing was written");
    assertThat(data.code()).isEqualTo(1);
    OutputSchema.assertFits(Schemas.BUILD_OUTPUT, data.json());
    assertThat(Path.of(bundle)).doesNotExist();
    assertThat(Files.readString(Path.of(keys, "sequence.json"))).isEqualTo(counter);
  }

  @Test
  void warnings_stop_a_build_when_asked_and_errors_cannot_be_waved_through() {
    String loose = Trees.write(folder.resolve("loose"), Trees.WORKLOAD, Trees.LOOSE);
    String[] strict = {"build", loose, "--keys", keys, "--out", bundle, "--fail-on", "warning"};
    String[] never = {"build", loose, "--keys", keys, "--out", bundle, "--fail-on", "never"};

    assertThat(Run.of(strict).code()).isEqualTo(1);
    assertThat(Run.of(never).code()).isEqualTo(2);
    assertThat(Path.of(bundle)).doesNotExist();
    assertThat(Run.of("build", loose, "--keys", keys, "--out", bundle).code()).isZero();
  }

  @Test
  void keys_and_places_that_do_not_fit_are_refused() throws IOException {
    Files.createDirectory(Path.of(bundle));
    Files.writeString(Path.of(bundle, "mine.txt"), "mine");

    assertThat(build().code()).isEqualTo(2);
    assertThat(Path.of(bundle, "mine.txt")).hasContent("mine");
    Run noKeys = Run.of("build", Trees.SHOP, "--keys", bundle + "-no", "--out", bundle);
    assertThat(noKeys.code()).isEqualTo(2);
    assertThat(noKeys.err()).contains("no key directory").contains("sluice keys init");
  }

  @Test
  void keys_that_cannot_sign_are_a_trust_failure() throws IOException {
    Files.delete(Path.of(keys, "bundle.pem"));

    Run run = build();
    Run shown = Run.of("keys", "show", keys);

    assertThat(run.code()).isEqualTo(5);
    assertThat(run.err()).contains("bundle.pem");
    assertThat(Path.of(bundle)).doesNotExist();
    assertThat(shown.code()).isZero();
    assertThat(shown.out()).contains("not possible").contains("bundle.pem");
  }

  @Test
  void new_keys_never_replace_old_ones_and_are_private() throws IOException {
    byte[] before = Files.readAllBytes(Path.of(root));

    Run again = Run.of("keys", "init", keys);

    assertThat(again.code()).isEqualTo(2);
    assertThat(Files.readAllBytes(Path.of(root))).isEqualTo(before);
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(keys, "root.pem"))))
        .isEqualTo("rw-------");
  }

  @Test
  void showing_keys_shows_no_secret() throws IOException {
    String out =
        Run.of("keys", "show", keys).out() + Run.of("keys", "show", keys, "--output=json").out();
    String secret = Files.readString(Path.of(keys, "bundle.pem"), UTF_8).lines().toList().get(1);

    assertThat(out).contains("ed25519").doesNotContain(secret).doesNotContain("PRIVATE");
  }

  @Test
  void keys_of_the_other_algorithm_build_too() {
    keys = folder.resolve("p256").toString();
    Run init = Run.of("keys", "init", keys, "--algorithm", "ecdsa-p256");

    assertThat(init.out()).contains("ecdsa-p256-sha256").doesNotContain("ed25519");
    assertThat(build().code()).isZero();
    assertThat(Run.of("verify", bundle, "--root", keys + "/root.json").code()).isZero();
  }
}
