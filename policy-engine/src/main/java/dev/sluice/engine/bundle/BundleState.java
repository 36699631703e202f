package dev.sluice.engine.bundle;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// The state directory of a proxy: the last good bundle and the high-water mark.
///
/// Layout: `bundles/<manifest digest>/` (OCI image layout), `high-water.json`,
/// `roots/<version>.json` for each accepted successor of the pinned trust root, and the link
/// `current` to the last good bundle. The high-water mark decides which bundle that is; it is
/// written after the bundle is on disk. One process owns the directory.
public final class BundleState {
  private static final String CURRENT = "current";
  private static final String BUNDLES = "bundles";
  private static final String HIGH_WATER = "high-water.json";
  private static final String ROOTS = "roots";
  private static final String STAGING = ".staging";

  private final Path directory;
  private final PersistStep.Listener steps;
  private final ReentrantLock persisting = new ReentrantLock();
  private volatile Optional<HighWaterMark> highWaterMark;

  private BundleState(
      Path directory, PersistStep.Listener steps, Optional<HighWaterMark> highWaterMark) {
    this.directory = directory;
    this.steps = steps;
    this.highWaterMark = highWaterMark;
  }

  /// What came of opening a state directory.
  public sealed interface Opened {
    /// The directory can be used.
    record Ready(BundleState state) implements Opened {}

    /// The directory lost its high-water mark or has a broken one. Without it an old bundle could
    /// be played back, so nothing may be served until an operator has looked.
    record Damaged(Rejection rejection) implements Opened {}
  }

  /// What was found on start.
  public sealed interface Recovered {
    /// The last good bundle passed all checks again.
    record LastGood(VerifiedBundle bundle, Currency currency) implements Recovered {}

    /// No bundle was ever persisted.
    record Nothing() implements Recovered {}

    /// What is on disk is not what was persisted, or is no longer trusted.
    record Refused(Rejection rejection) implements Recovered {}
  }

  /// Whether the last good bundle is within its validity.
  public enum Currency {
    VALID,
    EXPIRED
  }

  /// Opens `directory`, creating it if needed.
  ///
  /// @throws IOException when the directory cannot be created
  public static Opened open(Path directory) throws IOException {
    return open(directory, PersistStep.Listener.NONE);
  }

  /// Opens `directory` and tells `steps` of each step of persisting.
  ///
  /// @throws IOException when the directory cannot be created
  public static Opened open(Path directory, PersistStep.Listener steps) throws IOException {
    Files.createDirectories(directory.resolve(BUNDLES));
    Path file = directory.resolve(HIGH_WATER);
    return switch (BoundedFile.read(file, Limits.STATE_FILE)) {
      case BoundedFile.Reading.Missing _ ->
          // `current` is only ever made after the mark
          Files.exists(directory.resolve(CURRENT), LinkOption.NOFOLLOW_LINKS)
              ? damaged("the high-water mark is missing")
              : new Opened.Ready(new BundleState(directory, steps, Optional.empty()));
      case BoundedFile.Reading.Content(var bytes) ->
          HighWaterJson.parse(bytes)
              .<Opened>map(
                  mark -> new Opened.Ready(new BundleState(directory, steps, Optional.of(mark))))
              .orElseGet(() -> damaged("the high-water mark is malformed"));
      case BoundedFile.Reading.TooLarge _ -> damaged("the high-water mark is malformed");
      case BoundedFile.Reading.Unreadable(var reason) ->
          damaged("the high-water mark cannot be read: " + reason);
    };
  }

  private static Opened damaged(String detail) {
    return new Opened.Damaged(new Rejection(RejectionReason.STATE_DAMAGED, detail));
  }

  /// The newest bundle ever accepted, for {@link Expectation}.
  public Optional<HighWaterMark> highWaterMark() {
    return highWaterMark;
  }

  /// Makes `bundle` the last good one. Returns when it is on disk.
  ///
  /// @throws IOException when the disk fails; the old or the new bundle is the last good one
  /// @throws IllegalArgumentException when the bundle is older than the high-water mark
  public void persist(VerifiedBundle bundle) throws IOException {
    persisting.lock();
    try {
      Optional<HighWaterMark> before = highWaterMark;
      if (before.isPresent() && before.get().compareTo(bundle.manifest()) > 0) {
        throw new IllegalArgumentException(bundle + " is older than " + before.get());
      }
      place(bundle);
      HighWaterMark mark =
          before
              .map(old -> HighWaterMark.after(old, bundle.manifest(), bundle.manifestDigest()))
              .orElseGet(() -> HighWaterMark.of(bundle.manifest(), bundle.manifestDigest()));
      DurableFiles.replace(directory.resolve(HIGH_WATER), HighWaterJson.write(mark));
      highWaterMark = Optional.of(mark);
      steps.reached(PersistStep.HIGH_WATER_MARK_WRITTEN);
      String name = bundle.manifestDigest().hex();
      DurableFiles.link(directory.resolve(CURRENT), Path.of(BUNDLES, name));
      steps.reached(PersistStep.CURRENT_SWITCHED);
      removeAllBut(name);
      steps.reached(PersistStep.OLD_REMOVED);
    } finally {
      persisting.unlock();
    }
  }

  private void place(VerifiedBundle bundle) throws IOException {
    Path bundles = directory.resolve(BUNDLES);
    Path target = bundles.resolve(bundle.manifestDigest().hex());
    if (holds(target, bundle)) {
      return;
    }
    Path staging = bundles.resolve(STAGING);
    DurableFiles.delete(staging);
    BundleFiles.of(bundle).writeTo(staging, steps);
    // what is there is not what it should be: no good state is lost by removing it
    DurableFiles.delete(target);
    DurableFiles.move(staging, target);
    steps.reached(PersistStep.BUNDLE_IN_PLACE);
  }

  private static boolean holds(Path target, VerifiedBundle bundle) {
    return OciLayout.locate(target) instanceof OciLayout.Located.Found(var layout)
        && layout.manifestEnvelope() instanceof OciLayout.Part.Present(var envelope)
        && envelope.equals(bundle.envelope())
        && ContentReader.blobs(layout, bundle.manifest()) instanceof ContentReader.Blobs.All;
  }

  private void removeAllBut(String name) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory.resolve(BUNDLES))) {
      for (Path entry : entries) {
        if (!entry.getFileName().toString().equals(name)) {
          DurableFiles.delete(entry);
        }
      }
    }
  }

  /// The roots that were accepted after `pinned`, which may have expired since (see {@link
  /// TrustRoot#openIgnoringTime}).
  public RootChain.Followed roots(TrustRoot pinned, Instant now) {
    return new RootStore(directory.resolve(ROOTS)).chain(pinned, now);
  }

  /// Keeps the roots that were accepted. Returns when they are on disk.
  ///
  /// @throws IOException when the disk fails; some may be kept and some not
  public void keep(RootChain roots) throws IOException {
    new RootStore(directory.resolve(ROOTS)).keep(roots);
  }

  /// Verifies the last good bundle again, as on its first day but for its expiry.
  ///
  /// A key that a later root no longer names still vouches for it, one that the root in force calls
  /// compromised does not.
  public Recovered lastGood(RootChain roots, String audience, String channel, Instant now) {
    if (highWaterMark.isEmpty()) {
      return new Recovered.Nothing();
    }
    var expectation = new Expectation(audience, channel, highWaterMark, now);
    Path bundle = directory.resolve(BUNDLES).resolve(highWaterMark.get().manifestDigest().hex());
    return switch (BundleVerifier.openAccepted(bundle, roots, expectation)) {
      case BundleVerifier.Opened.Refused(var rejection) -> new Recovered.Refused(rejection);
      case BundleVerifier.Opened.Verified(var verified)
          when !verified.manifestDigest().equals(highWaterMark.get().manifestDigest()) ->
          new Recovered.Refused(
              new Rejection(
                  RejectionReason.STATE_DAMAGED, "the bundle is not the one that was accepted"));
      case BundleVerifier.Opened.Verified(var verified) ->
          new Recovered.LastGood(
              verified,
              Claims.isExpired(verified.manifest(), expectation.time())
                  ? Currency.EXPIRED
                  : Currency.VALID);
    };
  }
}
