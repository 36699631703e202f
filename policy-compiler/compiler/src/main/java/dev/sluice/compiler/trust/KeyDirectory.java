package dev.sluice.compiler.trust;

import dev.sluice.engine.bundle.Bytes;
import dev.sluice.engine.bundle.RootChain;
import dev.sluice.engine.bundle.Signatory;
import dev.sluice.engine.bundle.TrustRoot;
import dev.sluice.engine.bundle.TrustRoot.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// Reads the files of {@link SigningKeys} and collects what is wrong with them.
final class KeyDirectory {
  static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  static final String ROOT_FILE = "root.json";
  static final String NEXT_FILE = "root.next.json";
  static final String ROOTS = "roots";
  private static final int MAX_BYTES = 64 * 1024;

  private final Path directory;
  private final KeyReader reader;
  private final List<Problem> problems = new ArrayList<>();

  KeyDirectory(Path directory, KeyReader reader) {
    this.directory = directory;
    this.reader = reader;
  }

  /// The file of the nth key of a role, counting from 1.
  static String keyFile(RoleName role, int number) {
    return number == 1 ? role.word() + ".pem" : role.word() + "-" + number + ".pem";
  }

  List<Problem> problems() {
    return List.copyOf(problems);
  }

  /// Opens all that bundles are signed with; `elsewhere` are keys that are not in the directory.
  SigningKeys.Outcome open(Instant now, List<Signatory> elsewhere) {
    if (!Files.isDirectory(directory)) {
      return new SigningKeys.Outcome.Unusable(
          List.of(
              new Problem(
                  directory,
                  "no such directory",
                  "make development keys with `sluice keys init`")));
    }
    Optional<TrustRoot> root = root().flatMap(trust -> valid(trust, now));
    Map<RoleName, List<Signatory>> keys = new EnumMap<>(RoleName.class);
    for (RoleName role : List.of(RoleName.BUNDLE, RoleName.FRESHNESS)) {
      var all = new ArrayList<>(keys(role));
      root.ifPresent(trust ->
          elsewhere.stream()
              .filter(key -> role.of(trust.roles()).keys().contains(key.publicKey()))
              .forEach(all::add));
      keys.put(role, all);
    }
    root.ifPresent(trust -> checkRoles(trust, keys));
    checkCounter();
    Optional<RootChain> roots = root.map(this::chain);
    return problems.isEmpty() && roots.isPresent()
        ? new SigningKeys.Outcome.Ready(
            new SigningKeys(directory, roots.get(), trusted(roots.get().current(), keys)))
        : new SigningKeys.Outcome.Unusable(problems);
  }

  private static Map<RoleName, List<Signatory>> trusted(
      TrustRoot root, Map<RoleName, List<Signatory>> keys) {
    Map<RoleName, List<Signatory>> trusted = new EnumMap<>(RoleName.class);
    keys.forEach((role, all) ->
        trusted.put(
            role,
            all.stream()
                .filter(key -> role.of(root.roles()).keys().contains(key.publicKey()))
                .toList()));
    return trusted;
  }

  /// The trust root, whatever its validity.
  Optional<TrustRoot> root() {
    Path file = directory.resolve(ROOT_FILE);
    return read(file)
        .flatMap(bytes ->
            switch (TrustRoot.openIgnoringTime(bytes)) {
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

  private Optional<TrustRoot> valid(TrustRoot root, Instant now) {
    return switch (TrustRoot.open(root.envelope().toArray(), now)) {
      case TrustRoot.Opened.Trusted(var trusted) -> Optional.of(trusted);
      case TrustRoot.Opened.Refused(var rejection) -> {
        problems.add(
            new Problem(
                directory.resolve(ROOT_FILE),
                "the trust root is refused (" + rejection + ")",
                "make its successor with `sluice keys renew`"));
        yield Optional.empty();
      }
    };
  }

  /// The keys of a role that have a file here.
  List<Signatory> keys(RoleName role) {
    var keys = new ArrayList<Signatory>();
    files(role)
        .forEach(file -> {
          switch (key(file)) {
            case KeyReader.Loaded.Ready(var key) -> keys.add(key);
            case KeyReader.Loaded.Unusable(var problem) -> problems.add(problem);
          }
        });
    return keys;
  }

  /// The key in a file.
  KeyReader.Loaded key(Path file) {
    return reader.read(new KeySource.InFile(file));
  }

  /// The key files of a role that are here.
  List<Path> files(RoleName role) {
    return IntStream.rangeClosed(1, KeySettings.MOST_KEYS)
        .mapToObj(number -> directory.resolve(keyFile(role, number)))
        .filter(Files::exists)
        .toList();
  }

  /// The roots that led to `root`, as far back as they are here without a gap.
  private RootChain chain(TrustRoot root) {
    var envelopes = new ArrayDeque<Bytes>();
    envelopes.addFirst(root.envelope());
    Path roots = directory.resolve(ROOTS);
    long oldest = Math.max(1, root.version() - RootChain.LONGEST);
    for (long version = root.version() - 1; version >= oldest; version--) {
      Path file = roots.resolve(version + ".json");
      Optional<Bytes> kept = Files.exists(file) ? read(file).map(Bytes::of) : Optional.empty();
      if (kept.isEmpty()) {
        break;
      }
      envelopes.addFirst(kept.get());
    }
    if (TrustRoot.openIgnoringTime(envelopes.removeFirst().toArray())
            instanceof TrustRoot.Opened.Trusted(var first)
        && RootChain.of(first).follow(List.copyOf(envelopes), root.issuedAt())
            instanceof RootChain.Followed.Reached(var chain)
        && chain.current().envelope().equals(root.envelope())) {
      return chain;
    }
    problems.add(
        new Problem(
            roots,
            "the trust roots in it do not lead to root.json",
            "restore the directory as the last change of the trust root left it"));
    return RootChain.of(root);
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

  private void checkRoles(TrustRoot root, Map<RoleName, List<Signatory>> keys) {
    Role bundle = root.roles().bundle();
    long trusted =
        keys.getOrDefault(RoleName.BUNDLE, List.of()).stream()
            .map(Signatory::publicKey)
            .distinct()
            .filter(bundle.keys()::contains)
            .count();
    if (trusted < bundle.threshold()) {
      problems.add(
          new Problem(
              directory.resolve(keyFile(RoleName.BUNDLE, 1)),
              "%d of the %d bundle keys that must sign are here"
                  .formatted(trusted, bundle.threshold()),
              "supply the keys that root.json names"));
    }
    for (Signatory key : keys.getOrDefault(RoleName.FRESHNESS, List.of())) {
      if (!root.roles().freshness().keys().contains(key.publicKey())) {
        problems.add(
            new Problem(
                directory.resolve(keyFile(RoleName.FRESHNESS, 1)),
                "not a freshness key of root.json",
                "supply the key that root.json names, or remove the file"));
      }
    }
  }

  private void checkCounter() {
    try {
      if (new SequenceCounter(directory).last() instanceof Allocation.Unusable(var problem)) {
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
