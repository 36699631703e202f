package dev.sluice.runtime.bundle;

import dev.sluice.engine.bundle.BundleState;
import dev.sluice.engine.bundle.BundleVerifier;
import dev.sluice.engine.bundle.Bytes;
import dev.sluice.engine.bundle.Expectation;
import dev.sluice.engine.bundle.HighWaterMark;
import dev.sluice.engine.bundle.RejectionReason;
import dev.sluice.engine.bundle.RootChain;
import dev.sluice.engine.bundle.VerifiedBundle;
import dev.sluice.engine.shard.PolicyShard;
import dev.sluice.engine.shard.PolicyShard.EnforcementPoint;
import dev.sluice.runtime.telemetry.MeshMetrics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// Loads bundles into a proxy: on start the last good one, then whatever `current` leads to, each
/// time it changes.
///
/// A rejected bundle leaves the last good one serving and is reported with its reason. Without any
/// good bundle the policy refuses everything.
public final class BundleLoader implements AutoCloseable {

  /// Time between two looks at the bundle directory.
  public static final Duration INTERVAL = Duration.ofMillis(100);

  /// Time after which something that failed is tried again although nothing changed.
  static final Duration RETRY = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(BundleLoader.class);
  private static final Duration CLOSING = Duration.ofSeconds(3);

  private final BundleSource source;
  private final EnforcementPoint point;
  private final LivePolicy policy;
  private final Activation activation;
  private final LoadMetrics metrics;
  private final LoaderTrust trust;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private @Nullable Bytes active;
  private @Nullable DirectoryStamp seen;
  private @Nullable VerifiedBundle unpersisted;
  private @Nullable PolicySnapshot unchecked;
  private Optional<HighWaterMark> accepted = Optional.empty();
  private long generation;
  private Instant retryAt = Instant.MAX;
  private volatile @Nullable LoadAttempt lastAttempt;

  private BundleLoader(
      BundleSource source,
      EnforcementPoint point,
      LivePolicy policy,
      Activation activation,
      MeshMetrics metrics) {
    this.source = source;
    this.point = point;
    this.policy = policy;
    this.activation = activation;
    this.metrics = new LoadMetrics(metrics, policy);
    this.trust = new LoaderTrust(source);
    this.thread = Thread.ofVirtual().name("bundle-loader").unstarted(this::watch);
  }

  /// Recovers the last good bundle, loads what is there now, then watches; blocks for the first
  /// two.
  public static BundleLoader start(
      BundleSource source,
      EnforcementPoint point,
      LivePolicy policy,
      Activation activation,
      MeshMetrics metrics) {
    var loader = new BundleLoader(source, point, policy, activation, metrics);
    loader.recover(Instant.now());
    loader.look();
    loader.thread.start();
    return loader;
  }

  /// The newest attempt; empty before the first.
  public Optional<LoadAttempt> lastAttempt() {
    return Optional.ofNullable(lastAttempt);
  }

  private void watch() {
    try {
      while (!closed.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
        look();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    // The stamp is taken before the content is read, so that a change between the two is seen.
    DirectoryStamp now = DirectoryStamp.of(source.current());
    if (!now.equals(seen) || Instant.now().isAfter(retryAt)) {
      seen = now;
      Instant start = Instant.now();
      report(guardedAttempt(start), Duration.between(start, Instant.now()));
    }
  }

  // A bug that one bundle brings out must not end the loading of all later ones.
  private LoadAttempt guardedAttempt(Instant now) {
    try {
      return attempt(now);
    } catch (RuntimeException bug) {
      LOG.error("the attempt to load a bundle failed", bug);
      return LoadAttempt.rejected(now, "internal_error", String.valueOf(bug));
    }
  }

  /// One attempt: follow the trust roots, verify, index aside, swap, check live connections again,
  /// persist.
  private LoadAttempt attempt(Instant now) {
    return switch (trust.open(now)) {
      case LoaderTrust.Opened.Obstructed(var attempt) -> attempt;
      case LoaderTrust.Opened.Ready(var means) -> {
        accepted = accepted.or(means.state()::highWaterMark);
        yield switch (trust.follow(means, now)) {
          case LoaderTrust.Opened.Obstructed(var attempt) -> attempt;
          case LoaderTrust.Opened.Ready(var followed) -> attempt(followed, now);
        };
      }
    };
  }

  private LoadAttempt attempt(LoaderTrust.Means means, Instant now) {
    dropCondemned(means.roots());
    var expectation = new Expectation(source.audience(), source.channel(), accepted, now);
    return switch (BundleVerifier.open(source.current(), means.roots().current(), expectation)) {
      case BundleVerifier.Opened.Refused(var rejection) ->
          LoadAttempt.rejected(now, rejection.code().code(), rejection.detail());
      case BundleVerifier.Opened.Verified(var bundle) -> {
        boolean isActive = isActive(bundle);
        if (!isActive) {
          activate(bundle);
        }
        checkLiveConnections();
        var facts = BundleFacts.of(bundle, now);
        var result = isActive ? LoadAttempt.Result.UNCHANGED : LoadAttempt.Result.LOADED;
        yield persist(means.state(), LoadAttempt.of(now, result, facts));
      }
    };
  }

  /// Serves nothing any longer that only compromised keys vouch for.
  private void dropCondemned(RootChain roots) {
    Bytes envelope = active;
    if (envelope == null || !roots.condemns(envelope)) {
      return;
    }
    LOG.atError()
        .addKeyValue("reason", RejectionReason.KEY_COMPROMISED.code())
        .log("bundle dropped");
    generation++;
    unchecked =
        PolicySnapshot.none(generation, "the trust root calls the keys compromised that signed it");
    policy.swap(unchecked);
    active = null;
    unpersisted = null;
    checkLiveConnections();
  }

  private boolean isActive(VerifiedBundle bundle) {
    String digest = bundle.manifestDigest().toString();
    return policy.current().facts().filter(facts -> facts.digest().equals(digest)).isPresent();
  }

  private void activate(VerifiedBundle bundle) {
    PolicySnapshot next = index(bundle);
    policy.swap(next);
    unchecked = next;
    accepted = Optional.of(mark(bundle));
    active = bundle.envelope();
    unpersisted = bundle;
  }

  private void checkLiveConnections() {
    PolicySnapshot swapped = unchecked;
    if (swapped != null) {
      activation.activated(swapped);
      unchecked = null;
    }
  }

  private PolicySnapshot index(VerifiedBundle bundle) {
    // After verification: the age of the attempt would hide how long that took.
    var facts = BundleFacts.of(bundle, Instant.now());
    PolicyShard shard = bundle.shards().get(point.contentName());
    generation++;
    if (shard == null) {
      return PolicySnapshot.uncovered(generation, facts, point.contentName());
    }
    var next = PolicySnapshot.of(generation, facts, shard);
    next.prepare(activation.enrolled());
    return next;
  }

  private HighWaterMark mark(VerifiedBundle bundle) {
    var manifest = bundle.manifest();
    Instant latest =
        accepted
            .map(HighWaterMark::latestIssuedAt)
            .filter(before -> before.isAfter(manifest.issuedAt()))
            .orElse(manifest.issuedAt());
    return new HighWaterMark(
        manifest.epoch(), manifest.sequence(), bundle.manifestDigest(), latest);
  }

  // The policy is enforced already; a full disk only means that a restart would start from an older
  // bundle, so it is reported and tried again.
  private LoadAttempt persist(BundleState durable, LoadAttempt attempt) {
    VerifiedBundle bundle = unpersisted;
    if (bundle == null) {
      return attempt;
    }
    try {
      durable.persist(bundle);
      unpersisted = null;
      return attempt;
    } catch (IOException disk) {
      LOG.error("bundle not persisted", disk);
      return attempt.but("persist_failed", String.valueOf(disk.getMessage()));
    }
  }

  private void report(LoadAttempt attempt, Duration took) {
    LoadAttempt before = lastAttempt;
    lastAttempt = attempt;
    metrics.count(attempt, took);
    boolean isWhole = attempt.reason().isEmpty();
    retryAt = isWhole ? Instant.MAX : Instant.now().plus(RETRY);
    boolean isNews = before == null || !before.reason().equals(attempt.reason());
    var level = isWhole ? Level.INFO : isNews ? Level.ERROR : Level.DEBUG;
    var event = LOG.atLevel(level).addKeyValue("millis", took.toMillis());
    if (!isWhole) {
      event =
          event.addKeyValue("reason", attempt.reason()).addKeyValue("message", attempt.message());
    }
    if (!attempt.digest().isEmpty()) {
      event =
          event
              .addKeyValue("epoch", attempt.epoch())
              .addKeyValue("sequence", attempt.sequence())
              .addKeyValue("digest", attempt.digest());
    }
    event.log("bundle {}", attempt.result().text());
  }

  private void recover(Instant now) {
    if (!(trust.open(now) instanceof LoaderTrust.Opened.Ready(var means))) {
      // The first attempt meets the same obstacle and reports it.
      return;
    }
    accepted = means.state().highWaterMark();
    switch (means.state().lastGood(means.roots(), source.audience(), source.channel(), now)) {
      case BundleState.Recovered.Nothing() -> LOG.info("no last good bundle");
      case BundleState.Recovered.Refused(var rejection) ->
          report(
              LoadAttempt.rejected(now, rejection.code().code(), rejection.detail()),
              Duration.ZERO);
      case BundleState.Recovered.LastGood(var bundle, var currency) -> {
        activate(bundle);
        checkLiveConnections();
        unpersisted = null;
        LOG.atInfo()
            .addKeyValue("sequence", bundle.manifest().sequence())
            .addKeyValue("currency", currency)
            .log("last good bundle recovered");
      }
    }
  }

  /// Ends the loading; an attempt that is under way may finish first.
  @Override
  public void close() {
    closed.countDown();
    try {
      if (!thread.join(CLOSING)) {
        LOG.error("the bundle loader did not end in time");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
