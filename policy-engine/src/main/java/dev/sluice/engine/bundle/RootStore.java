package dev.sluice.engine.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// The trust roots a proxy has accepted after the pinned one, each in a file of its version.
///
/// They are kept whatever becomes of the bundles they came with: a root that takes a key's trust
/// away must not be forgotten because the next bundle is bad.
final class RootStore {
  private final Path directory;

  RootStore(Path directory) {
    this.directory = directory;
  }

  /// The chain that starts with `pinned`.
  RootChain.Followed chain(TrustRoot pinned, Instant now) {
    var envelopes = new ArrayList<Bytes>();
    for (long version = pinned.version() + 1; envelopes.size() < RootChain.LONGEST; version++) {
      switch (BoundedFile.read(file(version), Limits.ROOT_ENVELOPE)) {
        case BoundedFile.Reading.Content(var bytes) -> envelopes.add(bytes);
        case BoundedFile.Reading.Missing _ -> {
          return follow(pinned, envelopes, now);
        }
        case BoundedFile.Reading.TooLarge _ -> {
          return damaged(version, "too large");
        }
        case BoundedFile.Reading.Unreadable(var reason) -> {
          return damaged(version, reason);
        }
      }
    }
    return follow(pinned, envelopes, now);
  }

  private static RootChain.Followed follow(TrustRoot pinned, List<Bytes> envelopes, Instant now) {
    return switch (RootChain.of(pinned).follow(envelopes, now)) {
      case RootChain.Followed.Reached reached -> reached;
      // the clock is wrong, not the store
      case RootChain.Followed.Refused(var rejection)
          when rejection.code() == RejectionReason.ROOT_NOT_YET_VALID ->
          new RootChain.Followed.Refused(rejection);
      case RootChain.Followed.Refused(var rejection) ->
          damaged(pinned.version() + 1, "it does not follow the pinned one: " + rejection.detail());
    };
  }

  private static RootChain.Followed damaged(long version, String detail) {
    return new RootChain.Followed.Refused(
        new Rejection(
            RejectionReason.STATE_DAMAGED,
            "a kept trust root from version " + version + " on cannot be used: " + detail));
  }

  /// Keeps the successors in `chain`; returns when they are on disk.
  void keep(RootChain chain) throws IOException {
    if (chain.successors().isEmpty()) {
      return;
    }
    Files.createDirectories(directory);
    for (TrustRoot root : chain.successors()) {
      boolean isKept =
          BoundedFile.read(file(root.version()), Limits.ROOT_ENVELOPE)
                  instanceof BoundedFile.Reading.Content(var bytes)
              && bytes.equals(root.envelope());
      if (!isKept) {
        DurableFiles.replace(file(root.version()), root.envelope().toArray());
      }
    }
  }

  private Path file(long version) {
    return directory.resolve(version + ".json");
  }
}
