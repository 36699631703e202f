package dev.sluice.runtime.bundle;

import dev.sluice.engine.bundle.BundleState;
import dev.sluice.engine.bundle.RootChain;
import dev.sluice.engine.bundle.TrustRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a loader trusts and remembers: the trust root in force and the state directory, each opened
/// as soon as it can be. Confined to the loader's thread.
final class LoaderTrust {
  private static final Logger LOG = LoggerFactory.getLogger(LoaderTrust.class);
  private static final int MOST_ROOT_BYTES = 64 * 1024;

  private final BundleSource source;
  private @Nullable TrustRoot pinned;
  private @Nullable BundleState state;
  private @Nullable RootChain roots;

  LoaderTrust(BundleSource source) {
    this.source = source;
  }

  /// Both, once they are open.
  record Means(RootChain roots, BundleState state) {}

  /// What came of opening them.
  sealed interface Opened {
    /// Bundles can be verified.
    record Ready(Means means) implements Opened {}

    /// Something is in the way.
    record Obstructed(LoadAttempt attempt) implements Opened {}
  }

  /// Opens what is not open yet.
  Opened open(Instant now) {
    Optional<LoadAttempt> obstacle = openPinned(now).or(() -> openState(now));
    TrustRoot first = pinned;
    BundleState kept = state;
    if (obstacle.isPresent() || first == null || kept == null) {
      return new Opened.Obstructed(obstacle.orElseThrow());
    }
    if (roots == null) {
      switch (kept.roots(first, now)) {
        case RootChain.Followed.Refused(var rejection) -> {
          return new Opened.Obstructed(
              LoadAttempt.rejected(now, rejection.code().code(), rejection.detail()));
        }
        case RootChain.Followed.Reached(var chain) -> roots = chain;
      }
    }
    return new Opened.Ready(new Means(chain(), kept));
  }

  private RootChain chain() {
    RootChain present = roots;
    if (present == null) {
      throw new IllegalStateException("not open");
    }
    return present;
  }

  /// Follows the trust roots that come with the current bundle and keeps them, whatever becomes of
  /// that bundle.
  Opened follow(Means means, Instant now) {
    return switch (means.roots().follow(source.current(), now)) {
      case RootChain.Followed.Refused(var rejection) ->
          new Opened.Obstructed(
              LoadAttempt.rejected(
                  now, rejection.code().code(), "next trust root: " + rejection.detail()));
      case RootChain.Followed.Reached(var chain) -> {
        if (chain.roots().size() > means.roots().roots().size()) {
          roots = chain;
          LOG.atInfo()
              .addKeyValue("version", chain.current().version())
              .addKeyValue("epoch", chain.current().epoch())
              .log("trust root followed");
        }
        yield kept(new Means(chain, means.state()), now);
      }
    };
  }

  private Opened kept(Means means, Instant now) {
    try {
      means.state().keep(means.roots());
      return new Opened.Ready(means);
    } catch (IOException disk) {
      // without it a restart would trust keys that have been revoked
      return new Opened.Obstructed(
          LoadAttempt.rejected(now, "state_unusable", String.valueOf(disk)));
    }
  }

  private Optional<LoadAttempt> openPinned(Instant now) {
    if (pinned != null) {
      return Optional.empty();
    }
    byte[] envelope;
    try (var in = Files.newInputStream(source.trustRoot())) {
      envelope = in.readNBytes(MOST_ROOT_BYTES + 1);
    } catch (IOException unreadable) {
      return rejected(now, "root_unreadable", unreadable);
    }
    return switch (TrustRoot.openIgnoringTime(envelope)) {
      case TrustRoot.Opened.Refused(var rejection) ->
          Optional.of(
              LoadAttempt.rejected(now, rejection.code().code(), "root: " + rejection.detail()));
      case TrustRoot.Opened.Trusted(var trusted) -> {
        pinned = trusted;
        yield Optional.empty();
      }
    };
  }

  private Optional<LoadAttempt> openState(Instant now) {
    if (state != null) {
      return Optional.empty();
    }
    try {
      return switch (BundleState.open(source.state())) {
        case BundleState.Opened.Damaged(var rejection) ->
            Optional.of(LoadAttempt.rejected(now, rejection.code().code(), rejection.detail()));
        case BundleState.Opened.Ready(var opened) -> {
          state = opened;
          yield Optional.empty();
        }
      };
    } catch (IOException unusable) {
      return rejected(now, "state_unusable", unusable);
    }
  }

  private static Optional<LoadAttempt> rejected(Instant now, String reason, IOException cause) {
    return Optional.of(LoadAttempt.rejected(now, reason, String.valueOf(cause)));
  }
}
