package dev.sluice.compiler.bundle;

import dev.sluice.compiler.trust.Allocation;
import dev.sluice.compiler.trust.Problem;
import dev.sluice.compiler.trust.SigningKeys;
import dev.sluice.engine.bundle.BundleContents;
import dev.sluice.engine.bundle.BundleFiles;
import dev.sluice.engine.bundle.BundleVerifier;
import dev.sluice.engine.bundle.Bytes;
import dev.sluice.engine.bundle.Digest;
import dev.sluice.engine.bundle.DurableFiles;
import dev.sluice.engine.bundle.Envelope;
import dev.sluice.engine.bundle.Expectation;
import dev.sluice.engine.bundle.Freshness;
import dev.sluice.engine.bundle.Manifest;
import dev.sluice.engine.bundle.VerifiedBundle;
import dev.sluice.engine.shard.PolicyShard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.Period;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Signs shards and writes them as an OCI image layout.
///
/// The same shards give the same contents and semantic digest; only the sequence and the times of
/// the manifest differ.
public final class BundleWriter {
  private BundleWriter() {}

  /// What came of writing.
  public sealed interface Outcome {
    /// The bundle is in `directory`, complete and on disk.
    record Written(Manifest manifest, Digest manifestDigest, Path directory) implements Outcome {}

    /// Nothing was written or replaced; at least one problem.
    record NotWritten(List<Problem> problems) implements Outcome {
      public NotWritten {
        problems = List.copyOf(problems);
      }
    }
  }

  /// Writes the shards to `out`: a directory that does not exist, is empty, or holds a bundle,
  /// which is then replaced.
  ///
  /// A new directory appears by one rename. Replacing takes two: readers that must never miss the
  /// bundle follow a link that is switched ({@link DurableFiles#link}).
  ///
  /// @throws IOException when the disk fails; `out` is then untouched or complete
  public static Outcome write(
      List<PolicyShard> shards, BundleFacts facts, SigningKeys keys, Path out) throws IOException {
    Path target = out.toAbsolutePath().normalize();
    Optional<Problem> unfit =
        BundleContents.problem(shards)
            .map(problem ->
                new Problem(
                    out, "the contents make no bundle: " + problem, "report this as a defect"))
            .or(() -> occupied(target, out));
    if (unfit.isPresent()) {
      return new Outcome.NotWritten(List.of(unfit.get()));
    }
    BundleContents contents = BundleContents.of(shards);
    return write(taken -> manifest(facts, taken, contents), contents.blobs(), keys, target);
  }

  /// Signs what the manifest of the next sequence number says and writes it.
  private static Outcome write(
      Function<Allocation.Taken, Manifest> manifests,
      Map<Digest, Bytes> blobs,
      SigningKeys keys,
      Path target)
      throws IOException {
    return switch (keys.allocate()) {
      case Allocation.Unusable(var problem) -> new Outcome.NotWritten(List.of(problem));
      case Allocation.Taken taken -> {
        Manifest manifest = manifests.apply(taken);
        Bytes envelope = Bytes.of(keys.sign(manifest).toJson());
        yield write(
            new BundleFiles(manifest, envelope, blobs, Optional.empty(), keys.successors()),
            keys,
            manifest.issuedAt(),
            target);
      }
    };
  }

  /// Issues the contents of an older bundle again, under a new sequence number: the way back that
  /// no proxy takes for a replay.
  ///
  /// @throws IOException when the disk fails; `out` is then untouched or complete
  public static Outcome reissue(
      VerifiedBundle old, Instant issuedAt, Period validity, SigningKeys keys, Path out)
      throws IOException {
    Path target = out.toAbsolutePath().normalize();
    Optional<Problem> unfit = occupied(target, out);
    if (unfit.isPresent()) {
      return new Outcome.NotWritten(List.of(unfit.get()));
    }
    Manifest from = old.manifest();
    var facts =
        new BundleFacts(
            from.audience(),
            from.channel(),
            issuedAt,
            validity,
            from.source(),
            from.compiler().version());
    return write(taken -> again(old, facts, taken), old.blobs(), keys, target);
  }

  private static Manifest again(VerifiedBundle old, BundleFacts facts, Allocation.Taken revision) {
    Manifest from = old.manifest();
    return new Manifest(
        Manifest.SCHEMA,
        facts.audience(),
        facts.channel(),
        revision.epoch(),
        revision.sequence(),
        facts.issuedAt(),
        facts.issuedAt(),
        facts.expires(),
        from.formatVersion(),
        from.minReaderVersion(),
        from.critical(),
        from.source(),
        from.compiler(),
        from.semanticDigest(),
        from.contents(),
        Optional.of(old.manifestDigest()));
  }

  /// Writes a bundle once more, with a statement that it is the newest until `expires`.
  ///
  /// @throws IOException when the disk fails; `out` is then untouched or complete
  public static Outcome refresh(
      VerifiedBundle bundle, Instant now, Instant expires, SigningKeys keys, Path out)
      throws IOException {
    Path target = out.toAbsolutePath().normalize();
    Optional<Problem> unfit = occupied(target, out);
    if (unfit.isPresent()) {
      return new Outcome.NotWritten(List.of(unfit.get()));
    }
    Freshness statement = Freshness.of(bundle.manifest(), bundle.manifestDigest(), now, expires);
    Optional<Envelope> signed = keys.sign(statement);
    if (signed.isEmpty()) {
      return new Outcome.NotWritten(
          List.of(
              new Problem(
                  keys.directory(),
                  "too few freshness keys are here",
                  "supply the freshness key, or name it by `--sign-with`")));
    }
    return write(
        new BundleFiles(
            bundle.manifest(),
            bundle.envelope(),
            bundle.blobs(),
            Optional.of(Bytes.of(signed.get().toJson())),
            keys.successors()),
        keys,
        now,
        target);
  }

  private static Outcome write(BundleFiles files, SigningKeys keys, Instant now, Path target)
      throws IOException {
    Path staging = beside(target, "new");
    DurableFiles.delete(staging);
    Files.createDirectories(target.resolveSibling("."));
    try {
      files.writeTo(staging);
      Manifest manifest = files.manifest();
      var expectation =
          new Expectation(manifest.audience(), manifest.channel(), Optional.empty(), now);
      return switch (BundleVerifier.open(staging, keys.root(), expectation)) {
        case BundleVerifier.Opened.Refused(var rejection) ->
            new Outcome.NotWritten(
                List.of(
                    new Problem(
                        target,
                        "proxies would refuse the bundle (" + rejection + ")",
                        "check the keys, the trust root and the bundle settings")));
        case BundleVerifier.Opened.Verified(var bundle) -> {
          moveIntoPlace(staging, target);
          yield new Outcome.Written(bundle.manifest(), bundle.manifestDigest(), target);
        }
      };
    } finally {
      DurableFiles.delete(staging);
    }
  }

  private static void moveIntoPlace(Path staging, Path target) throws IOException {
    if (!Files.exists(target) || isEmpty(target)) {
      DurableFiles.move(staging, target);
      return;
    }
    Path old = beside(target, "old");
    DurableFiles.delete(old);
    DurableFiles.move(target, old);
    try {
      DurableFiles.move(staging, target);
    } catch (IOException failure) {
      DurableFiles.move(old, target);
      throw failure;
    }
    DurableFiles.delete(old);
  }

  private static Manifest manifest(
      BundleFacts facts, Allocation.Taken revision, BundleContents contents) {
    return new Manifest(
        Manifest.SCHEMA,
        facts.audience(),
        facts.channel(),
        revision.epoch(),
        revision.sequence(),
        facts.issuedAt(),
        facts.issuedAt(),
        facts.expires(),
        Manifest.FORMAT_VERSION,
        Manifest.FORMAT_VERSION,
        List.of(),
        facts.source(),
        new Manifest.Compiler(facts.compilerVersion()),
        contents.semanticDigest(),
        contents.contents(),
        Optional.empty());
  }

  private static Optional<Problem> occupied(Path target, Path out) {
    if (Files.isSymbolicLink(target)) {
      return Optional.of(
          new Problem(out, "is a symbolic link", "name a directory, then switch the link to it"));
    }
    boolean isFree =
        !Files.exists(target, LinkOption.NOFOLLOW_LINKS)
            || (Files.isDirectory(target) && (isEmpty(target) || holdsBundle(target)));
    return isFree
        ? Optional.empty()
        : Optional.of(
            new Problem(
                out,
                "is not a bundle and not an empty directory",
                "name another directory; only bundles are replaced"));
  }

  private static boolean holdsBundle(Path directory) {
    return Files.exists(directory.resolve("oci-layout"))
        && Files.exists(directory.resolve("index.json"));
  }

  private static boolean isEmpty(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    } catch (IOException unreadable) {
      // what cannot be listed is not ours to replace
      return false;
    }
  }

  private static Path beside(Path target, String suffix) {
    return target.resolveSibling("." + target.getFileName() + "." + suffix);
  }
}
