package dev.sluice.compiler.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.bundle.KeyAlgorithm;
import dev.sluice.engine.bundle.SigningKey;
import dev.sluice.engine.bundle.TrustRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

public class SigningKeysTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

  @TempDir Path folder;

  private SigningKeys create() throws IOException {
    return ready(SigningKeys.init(folder.resolve("keys"), KeySettings.development(NOW)));
  }

  public static SigningKeys ready(SigningKeys.Outcome outcome) {
    return switch (outcome) {
      case SigningKeys.Outcome.Ready(var keys) -> keys;
      case SigningKeys.Outcome.Unusable(var problems) ->
          throw new AssertionError(problems.toString());
    };
  }

  private static List<Problem> unusable(SigningKeys.Outcome outcome) {
    return switch (outcome) {
      case SigningKeys.Outcome.Unusable(var problems) -> problems;
      case SigningKeys.Outcome.Ready _ -> throw new AssertionError("usable");
    };
  }

  @ParameterizedTest
  @EnumSource(KeyAlgorithm.class)
  void new_keys_open_again_and_their_root_is_trusted(KeyAlgorithm algorithm) throws IOException {
    Path directory = folder.resolve("some/where/keys");
    SigningKeys keys = ready(SigningKeys.init(directory, KeySettings.development(algorithm, NOW)));

    assertThat(ready(SigningKeys.open(directory, NOW)).root().roles())
        .isEqualTo(keys.root().roles());
    assertThat(TrustRoot.open(Files.readAllBytes(directory.resolve("root.json")), NOW))
        .isInstanceOf(TrustRoot.Opened.Trusted.class);
    assertThat(keys.root().roles().bundle().keys())
        .allSatisfy(key -> assertThat(key.algorithm()).isEqualTo(algorithm));
  }

  @Test
  void secrets_are_readable_by_their_owner_only() throws IOException {
    Path directory = create().directory();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    for (String name : List.of("root.pem", "bundle.pem", "freshness.pem", "sequence.json")) {
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))))
          .isEqualTo("rw-------");
    }
    assertThat(SigningKey.parsePem(Files.readString(directory.resolve("bundle.pem")))).isPresent();
  }

  @Test
  void keys_are_never_overwritten() throws IOException {
    Path directory = create().directory();
    String before = Files.readString(directory.resolve("bundle.pem"));

    assertThat(unusable(SigningKeys.init(directory, KeySettings.development(NOW)))).hasSize(1);
    assertThat(Files.readString(directory.resolve("bundle.pem"))).isEqualTo(before);
    try (Stream<Path> entries = Files.list(folder)) {
      assertThat(entries).containsExactly(directory);
    }
  }

  @Test
  void an_empty_directory_is_filled() throws IOException {
    Path directory = Files.createDirectory(folder.resolve("empty"));

    ready(SigningKeys.init(directory, KeySettings.development(NOW)));
    ready(SigningKeys.open(directory, NOW));
  }

  @Test
  void a_builder_needs_neither_the_root_nor_the_freshness_key() throws IOException {
    Path directory = create().directory();
    Files.delete(directory.resolve("root.pem"));
    Files.delete(directory.resolve("freshness.pem"));

    ready(SigningKeys.open(directory, NOW));
  }

  @ParameterizedTest
  @ValueSource(strings = {"root.json", "bundle.pem", "sequence.json"})
  void a_missing_or_malformed_file_is_located(String name) throws IOException {
    Path directory = create().directory();
    Path file = directory.resolve(name);

    Files.writeString(file, "{\"epoch\": \"x\"}");
    assertThat(unusable(SigningKeys.open(directory, NOW)))
        .anySatisfy(problem -> assertThat(problem.file()).isEqualTo(file));
    Files.writeString(file, "x".repeat(100_000));
    assertThat(unusable(SigningKeys.open(directory, NOW)))
        .anySatisfy(problem -> assertThat(problem.file()).isEqualTo(file));
    Files.delete(file);
    assertThat(unusable(SigningKeys.open(directory, NOW)))
        .anySatisfy(problem -> {
          assertThat(problem.file()).isEqualTo(file);
          assertThat(problem.help()).isNotBlank();
        });
  }

  @Test
  void all_problems_are_collected() throws IOException {
    Path directory = create().directory();
    Files.delete(directory.resolve("root.json"));
    Files.delete(directory.resolve("sequence.json"));
    Files.writeString(directory.resolve("bundle.pem"), "x");

    assertThat(unusable(SigningKeys.open(directory, NOW))).hasSize(3);
    assertThat(unusable(SigningKeys.open(folder.resolve("nowhere"), NOW))).hasSize(1);
  }

  @Test
  void keys_of_another_root_do_not_sign() throws IOException {
    Path directory = create().directory();
    Path other = folder.resolve("other");
    ready(SigningKeys.init(other, KeySettings.development(NOW)));
    Files.copy(
        other.resolve("bundle.pem"),
        directory.resolve("bundle.pem"),
        StandardCopyOption.REPLACE_EXISTING);

    assertThat(unusable(SigningKeys.open(directory, NOW)))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("0 of the 1"));
  }

  @Test
  void an_expired_root_signs_nothing() throws IOException {
    Path directory = create().directory();
    Instant late = NOW.plus(Duration.ofDays(400));

    assertThat(unusable(SigningKeys.open(directory, late)))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("root_expired"));
  }

  @Test
  void numbers_are_never_taken_twice() throws Exception {
    SigningKeys keys = create();
    Callable<Long> take =
        () ->
            switch (SigningKeysTest.ready(SigningKeys.open(keys.directory(), NOW)).allocate()) {
              case Allocation.Taken(_, var sequence) -> sequence;
              case Allocation.Unusable(var problem) -> throw new AssertionError(problem);
            };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Long>> taken = threads.invokeAll(Collections.nCopies(20, take));
      var numbers = taken.stream().map(Future::resultNow).sorted().toList();
      assertThat(numbers).isEqualTo(LongStream.rangeClosed(1, 20).boxed().toList());
    }
  }

  @Test
  void the_sequence_restarts_in_a_new_epoch_and_never_goes_back_to_an_old_one() throws IOException {
    Path directory = create().directory();
    var counter = new SequenceCounter(directory);

    assertThat(counter.next(1)).isEqualTo(new Allocation.Taken(1, 1));
    assertThat(counter.next(1)).isEqualTo(new Allocation.Taken(1, 2));
    assertThat(counter.next(2)).isEqualTo(new Allocation.Taken(2, 1));
    assertThat(counter.next(1)).isInstanceOf(Allocation.Unusable.class);
    assertThat(counter.last()).isEqualTo(new Allocation.Taken(2, 1));
  }
}
