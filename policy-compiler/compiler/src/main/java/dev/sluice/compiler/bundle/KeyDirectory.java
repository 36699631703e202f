package dev.sluice.compiler.bundle;

import dev.sluice.compiler.bundle.SigningKeys.Outcome;
import dev.sluice.engine.bundle.DurableFiles;
import dev.sluice.engine.bundle.Envelope;
import dev.sluice.engine.bundle.SigningKey;
import dev.sluice.engine.bundle.TrustRoot;
import dev.sluice.engine.bundle.TrustRoot.Role;
import dev.sluice.engine.bundle.TrustRoot.Roles;
import dev.sluice.engine.bundle.VerificationKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Reads and writes the files of {@link SigningKeys}.
final class KeyDirectory {
  static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final String ROOT_FILE = "root.json";
  private static final String FRESHNESS_KEY = "freshness.pem";
  private static final int MAX_BYTES = 64 * 1024;
  private static final int MAX_BUNDLE_KEYS = 16;

  private final Path directory;
  private final List<Problem> problems = new ArrayList<>();

  KeyDirectory(Path directory) {
    this.directory = directory;
  }

  private static String bundleKeyFile(int number) {
    return number == 1 ? "bundle.pem" : "bundle-" + number + ".pem";
  }

  static Outcome create(Path directory, KeySettings settings) throws IOException {
    Path target = directory.toAbsolutePath().normalize();
    if (Files.exists(target) && !isEmptyDirectory(target)) {
      return new Outcome.Unusable(
          List.of(
              new Problem(
                  directory,
                  "there is something already",
                  "name a new directory; keys are never overwritten")));
    }
    Files.createDirectories(target.resolveSibling("."));
    Path staging = target.resolveSibling("." + target.getFileName() + ".new");
    DurableFiles.delete(staging);
    Files.createDirectory(staging, OWNER_ONLY_DIRECTORY);
    try {
      fill(staging, settings);
      DurableFiles.sync(staging);
      DurableFiles.move(staging, target);
    } finally {
      DurableFiles.delete(staging);
    }
    return SigningKeys.open(directory, settings.issuedAt());
  }

  private static boolean isEmptyDirectory(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(path)) {
      return entries.findAny().isEmpty();
    }
  }

  private static void fill(Path directory, KeySettings settings) throws IOException {
    var random = new SecureRandom();
    SigningKey root = SigningKey.generate(settings.algorithm(), random);
    SigningKey freshness = SigningKey.generate(settings.algorithm(), random);
    List<SigningKey> bundle =
        Stream.generate(() -> SigningKey.generate(settings.algorithm(), random))
            .limit(settings.bundleKeys())
            .toList();
    Instant issuedAt = settings.issuedAt().truncatedTo(ChronoUnit.SECONDS);
    var statement =
        new TrustRoot.Statement(
            1,
            1,
            issuedAt,
            issuedAt.plus(settings.validity()),
            new Roles(
                role(List.of(root), 1),
                role(bundle, settings.bundleThreshold()),
                role(List.of(freshness), 1)));
    writeKey(directory.resolve("root.pem"), root);
    writeKey(directory.resolve(FRESHNESS_KEY), freshness);
    for (int i = 0; i < bundle.size(); i++) {
      writeKey(directory.resolve(bundleKeyFile(i + 1)), bundle.get(i));
    }
    DurableFiles.create(
        directory.resolve(ROOT_FILE),
        Envelope.sign(TrustRoot.PAYLOAD_TYPE, statement.toJson(), List.of(root)).toJson());
    DurableFiles.create(directory.resolve("sequence.json"), SequenceCounter.json(1, 0), OWNER_ONLY);
  }

  private static Role role(List<SigningKey> keys, int threshold) {
    var publicKeys = new LinkedHashSet<VerificationKey>();
    keys.forEach(key -> publicKeys.add(key.publicKey()));
    return new Role(publicKeys, threshold);
  }

  private static void writeKey(Path file, SigningKey key) throws IOException {
    DurableFiles.create(file, key.toPem().getBytes(StandardCharsets.US_ASCII), OWNER_ONLY);
  }

  Outcome open(Instant now) {
    if (!Files.isDirectory(directory)) {
      return new Outcome.Unusable(
          List.of(
              new Problem(
                  directory,
                  "no such directory",
                  "make development keys with `sluice keys init`")));
    }
    Optional<TrustRoot> root = root(now);
    List<SigningKey> bundleKeys =
        IntStream.rangeClosed(1, MAX_BUNDLE_KEYS)
            .mapToObj(number -> directory.resolve(bundleKeyFile(number)))
            .filter(Files::exists)
            .flatMap(file -> key(file).stream())
            .toList();
    Path freshnessFile = directory.resolve(FRESHNESS_KEY);
    Optional<SigningKey> freshness =
        Files.exists(freshnessFile) ? key(freshnessFile) : Optional.empty();
    root.ifPresent(trust -> checkRoles(trust, bundleKeys, freshness));
    checkCounter();
    return problems.isEmpty() && root.isPresent()
        ? new Outcome.Ready(new SigningKeys(directory, root.get(), bundleKeys, freshness))
        : new Outcome.Unusable(problems);
  }

  private Optional<TrustRoot> root(Instant now) {
    Path file = directory.resolve(ROOT_FILE);
    return read(file)
        .flatMap(bytes ->
            switch (TrustRoot.open(bytes, now)) {
              case TrustRoot.Opened.Trusted(var root) -> Optional.of(root);
              case TrustRoot.Opened.Refused(var rejection) -> {
                problems.add(
                    new Problem(
                        file,
                        "the trust root is refused (" + rejection + ")",
                        "use the root.json that the root role signed"));
                yield Optional.empty();
              }
            });
  }

  private Optional<SigningKey> key(Path file) {
    Optional<byte[]> bytes = read(file);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    Optional<SigningKey> key =
        SigningKey.parsePem(new String(bytes.get(), StandardCharsets.US_ASCII));
    if (key.isEmpty()) {
      problems.add(
          new Problem(
              file,
              "not a private key of a supported algorithm",
              "supply PKCS#8 PEM with an Ed25519 or P-256 key"));
    }
    return key;
  }

  private Optional<byte[]> read(Path file) {
    try {
      if (Files.size(file) <= MAX_BYTES) {
        return Optional.of(Files.readAllBytes(file));
      }
      problems.add(new Problem(file, "too large", "supply the right file"));
    } catch (NoSuchFileException _) {
      problems.add(new Problem(file, "missing", "restore it, or make new keys in a new directory"));
    } catch (IOException failure) {
      problems.add(
          new Problem(
              file,
              "cannot be read (" + failure.getClass().getSimpleName() + ")",
              "check its permissions"));
    }
    return Optional.empty();
  }

  private void checkRoles(
      TrustRoot root, List<SigningKey> bundleKeys, Optional<SigningKey> freshness) {
    Role role = root.roles().bundle();
    long trusted =
        bundleKeys.stream()
            .map(SigningKey::publicKey)
            .distinct()
            .filter(role.keys()::contains)
            .count();
    if (trusted < role.threshold()) {
      problems.add(
          new Problem(
              directory.resolve(bundleKeyFile(1)),
              "%d of the %d bundle keys that must sign are here"
                  .formatted(trusted, role.threshold()),
              "supply the keys that root.json names"));
    }
    if (freshness.isPresent()
        && !root.roles().freshness().keys().contains(freshness.get().publicKey())) {
      problems.add(
          new Problem(
              directory.resolve(FRESHNESS_KEY),
              "not a freshness key of root.json",
              "supply the key that root.json names, or remove the file"));
    }
  }

  private void checkCounter() {
    try {
      if (new SequenceCounter(directory).last()
          instanceof SequenceCounter.Allocation.Unusable(var problem)) {
        problems.add(problem);
      }
    } catch (IOException failure) {
      problems.add(
          new Problem(
              directory.resolve("sequence.json"),
              "cannot be read (" + failure.getClass().getSimpleName() + ")",
              "check its permissions"));
    }
  }
}
