package dev.sluice.compiler.trust;

import static dev.sluice.compiler.trust.KeyDirectory.OWNER_ONLY;
import static dev.sluice.compiler.trust.KeyDirectory.keyFile;

import dev.sluice.compiler.trust.SigningKeys.Outcome;
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
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Makes private keys, encrypted when there is a passphrase, and directories of them.
final class NewKeys {
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final SecureRandom random = new SecureRandom();
  private final Passphrases passphrases;

  NewKeys(Passphrases passphrases) {
    this.passphrases = passphrases;
  }

  /// A whole new directory: all keys, the first trust root, the counter.
  Outcome directory(Path directory, KeySettings settings) throws IOException {
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
    return SigningKeys.open(
        directory, settings.issuedAt(), new KeyReader(Map.of(), passphrases), List.of());
  }

  private static boolean isEmptyDirectory(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return false;
    }
    try (Stream<Path> entries = Files.list(path)) {
      return entries.findAny().isEmpty();
    }
  }

  private void fill(Path directory, KeySettings settings) throws IOException {
    List<SigningKey> root = generate(settings, settings.root().keys());
    List<SigningKey> bundle = generate(settings, settings.bundle().keys());
    List<SigningKey> freshness = generate(settings, 1);
    Instant issuedAt = settings.issuedAt().truncatedTo(ChronoUnit.SECONDS);
    var statement =
        new TrustRoot.Statement(
            1,
            1,
            issuedAt,
            issuedAt.plus(settings.validity()),
            new Roles(
                role(root, settings.root().threshold()),
                role(bundle, settings.bundle().threshold()),
                role(freshness, 1)));
    write(directory, RoleName.ROOT, root);
    write(directory, RoleName.BUNDLE, bundle);
    write(directory, RoleName.FRESHNESS, freshness);
    DurableFiles.create(
        directory.resolve(KeyDirectory.ROOT_FILE),
        Envelope.sign(TrustRoot.PAYLOAD_TYPE, statement.toJson(), root).toJson());
    DurableFiles.create(directory.resolve("sequence.json"), SequenceCounter.json(1, 0), OWNER_ONLY);
  }

  private List<SigningKey> generate(KeySettings settings, int count) {
    return Stream.generate(() -> SigningKey.generate(settings.algorithm(), random))
        .limit(count)
        .toList();
  }

  private static Role role(List<SigningKey> keys, int threshold) {
    var publicKeys = new LinkedHashSet<VerificationKey>();
    keys.forEach(key -> publicKeys.add(key.publicKey()));
    return new Role(publicKeys, threshold);
  }

  private void write(Path directory, RoleName role, List<SigningKey> keys) throws IOException {
    for (int i = 0; i < keys.size(); i++) {
      write(directory.resolve(keyFile(role, i + 1)), keys.get(i));
    }
  }

  /// Writes one key to a file that does not exist.
  void write(Path file, SigningKey key) throws IOException {
    Optional<char[]> passphrase = passphrases.of("new key `" + file.getFileName() + "`");
    String pem = passphrase.isPresent() ? EncryptedKey.encrypt(key, passphrase.get()) : key.toPem();
    DurableFiles.create(file, pem.getBytes(StandardCharsets.US_ASCII), OWNER_ONLY);
  }
}
