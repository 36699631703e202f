package dev.sluice.compiler.trust;

import dev.sluice.engine.bundle.DurableFiles;
import dev.sluice.engine.bundle.KeyAlgorithm;
import dev.sluice.engine.bundle.RootDraft;
import dev.sluice.engine.bundle.Signatory;
import dev.sluice.engine.bundle.SigningKey;
import dev.sluice.engine.bundle.TrustRoot;
import dev.sluice.engine.bundle.VerificationKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes the successor of the trust root in a directory of keys, collects its signatures and puts
/// it in force.
///
/// The successor waits in `root.next.json` until the thresholds of both roots are met. The keys
/// that are in the directory sign at once; others sign where they are and bring the file back.
/// Nothing that is in force changes before.
public final class RootCeremony {
  private final Path directory;
  private final KeyDirectory keys;
  private final NewKeys newKeys;
  private final List<Signatory> elsewhere;

  /// @param elsewhere keys that are not in the directory
  public RootCeremony(Path directory, KeyReader reader, List<Signatory> elsewhere) {
    this.directory = directory;
    this.keys = new KeyDirectory(directory, reader);
    this.newKeys = new NewKeys(reader.passphrases());
    this.elsewhere = List.copyOf(elsewhere);
  }

  /// What came of a step.
  public sealed interface Outcome {
    /// The successor is in force: `root.json` is it.
    record InForce(TrustRoot root, TrustRoot before) implements Outcome {}

    /// It waits in `file` for more signatures.
    record Waiting(Path file, RootDraft draft, TrustRoot present) implements Outcome {}

    /// Nothing changed; at least one problem.
    record Refused(List<Problem> problems) implements Outcome {
      public Refused {
        problems = List.copyOf(problems);
      }
    }
  }

  /// Makes a successor with these changes.
  ///
  /// @throws IOException when the directory cannot be written
  public Outcome change(List<RootChange> changes, RootChange.Terms terms) throws IOException {
    Optional<TrustRoot> present = keys.root();
    if (present.isEmpty()) {
      return new Outcome.Refused(keys.problems());
    }
    if (Files.exists(next())) {
      return refused(
          next(),
          "a successor of the trust root waits for signatures already",
          "sign it with `sluice keys sign`, or delete the file to give it up");
    }
    return switch (RootChange.apply(present.get().statement(), changes, terms)) {
      case RootChange.Result.Impossible(var reasons) ->
          new Outcome.Refused(
              reasons.stream()
                  .map(reason ->
                      new Problem(
                          directory.resolve(KeyDirectory.ROOT_FILE),
                          reason,
                          "`sluice keys show` lists keys and thresholds"))
                  .toList());
      case RootChange.Result.Next(var statement) -> collect(RootDraft.of(statement), present.get());
    };
  }

  /// Makes a new key for a role, in a file of its own, and a successor that names it; `retiring`
  /// lose the role at the same time.
  ///
  /// @throws IOException when the directory cannot be written
  public Outcome rotate(
      RoleName role, KeyAlgorithm algorithm, List<RootChange> retiring, RootChange.Terms terms)
      throws IOException {
    if (Files.exists(next()) || keys.root().isEmpty()) {
      return change(retiring, terms);
    }
    SigningKey key = SigningKey.generate(algorithm, new SecureRandom());
    Path file = freeFile(role);
    newKeys.write(file, key);
    var changes = new ArrayList<RootChange>();
    changes.add(new RootChange.Add(role, key.publicKey()));
    changes.addAll(retiring);
    Outcome outcome = change(changes, terms);
    if (outcome instanceof Outcome.Refused) {
      Files.delete(file);
    }
    return outcome;
  }

  private Path freeFile(RoleName role) throws IOException {
    for (int number = 1; number <= KeySettings.MOST_KEYS; number++) {
      Path file = directory.resolve(KeyDirectory.keyFile(role, number));
      if (!Files.exists(file)) {
        return file;
      }
    }
    throw new IOException("no room for another key of the role " + role.word());
  }

  /// Signs the waiting successor with the keys that are at hand, and puts it in force when that
  /// completes it. `brought` is a copy that others signed in the meantime.
  ///
  /// @throws IOException when the directory cannot be written
  public Outcome sign(Optional<RootDraft> brought) throws IOException {
    Optional<TrustRoot> present = keys.root();
    if (present.isEmpty()) {
      return new Outcome.Refused(keys.problems());
    }
    if (brought.isPresent()) {
      return collect(brought.get(), present.get());
    }
    if (!Files.exists(next())) {
      return refused(
          next(), "no successor of the trust root waits", "make one with `sluice keys rotate`");
    }
    return switch (RootDraft.parse(Files.readAllBytes(next()))) {
      case RootDraft.Reading.Draft(var draft) -> collect(draft, present.get());
      case RootDraft.Reading.Refused(var rejection) ->
          refused(next(), "it is refused (" + rejection + ")", "delete it and start again");
    };
  }

  private Outcome collect(RootDraft draft, TrustRoot present) throws IOException {
    if (draft.statement().version() != present.version() + 1) {
      return refused(
          next(),
          "version %d cannot follow version %d"
              .formatted(draft.statement().version(), present.version()),
          "it was made for another trust root");
    }
    RootDraft signed = draft;
    for (Signatory key : signers(draft, present)) {
      signed = signed.signedBy(key);
    }
    if (!keys.problems().isEmpty()) {
      return new Outcome.Refused(keys.problems());
    }
    if (!signed.isComplete(Optional.of(present))) {
      DurableFiles.replace(next(), signed.toJson());
      return new Outcome.Waiting(next(), signed, present);
    }
    return putInForce(signed, present);
  }

  /// The keys at hand that either root lets sign.
  private List<Signatory> signers(RootDraft draft, TrustRoot present) {
    Set<VerificationKey> wanted =
        Stream.of(present.roles().root(), draft.statement().roles().root())
            .flatMap(role -> role.keys().stream())
            .collect(Collectors.toSet());
    return Stream.concat(keys.keys(RoleName.ROOT).stream(), elsewhere.stream())
        .filter(key -> wanted.contains(key.publicKey()))
        .toList();
  }

  private Outcome putInForce(RootDraft draft, TrustRoot present) throws IOException {
    if (!(TrustRoot.openIgnoringTime(draft.toJson()) instanceof TrustRoot.Opened.Trusted(var root))
        || !(present.succeededBy(draft.toJson(), root.issuedAt())
            instanceof TrustRoot.Opened.Trusted)) {
      return refused(next(), "proxies would refuse it", "delete it and start again");
    }
    Path roots = Files.createDirectories(directory.resolve(KeyDirectory.ROOTS));
    DurableFiles.replace(roots.resolve(present.version() + ".json"), present.envelope().toArray());
    DurableFiles.replace(roots.resolve(root.version() + ".json"), draft.toJson());
    DurableFiles.replace(directory.resolve(KeyDirectory.ROOT_FILE), draft.toJson());
    Files.deleteIfExists(next());
    setAside(root);
    return new Outcome.InForce(root, present);
  }

  /// Keys that lost their role are kept, where nothing signs with them.
  private void setAside(TrustRoot root) throws IOException {
    for (RoleName role : RoleName.values()) {
      for (Path file : keys.files(role)) {
        if (keys.key(file) instanceof KeyReader.Loaded.Ready(var key)
            && !role.of(root.roles()).keys().contains(key.publicKey())) {
          Path retired = Files.createDirectories(directory.resolve("retired"));
          DurableFiles.move(file, retired.resolve(key.publicKey().id() + ".pem"));
        }
      }
    }
  }

  private Path next() {
    return directory.resolve(KeyDirectory.NEXT_FILE);
  }

  private static Outcome refused(Path file, String message, String help) {
    return new Outcome.Refused(List.of(new Problem(file, message, help)));
  }
}
