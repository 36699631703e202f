package dev.sluice.runtime.identity;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.identity.CertificateSource.Obtained;
import dev.sluice.runtime.identity.FetchQueue.Urgency;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The identities of the workloads a proxy serves, one certificate each, kept current.
///
/// Certificates are fetched as soon as an identity is enrolled, by at most 8 threads, what a
/// connection waits for first. One that cannot be replaced stays until it expires. Where roots are
/// shared, a new root is trusted by all identities as soon as one of them learns of it, and the
/// others follow with new certificates.
public final class Identities implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Identities.class);
  private static final int MOST_AT_ONCE = 8;

  /// Over which time identities are certified anew after the roots have changed.
  private static final Duration ROTATION_SPREAD = Duration.ofSeconds(10);

  private final CertificateSource source;
  private final InstantSource clock;
  private final Consumer<WorkloadCertificate> prepare;
  private final Thread keeper;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<SpiffeId, Entry> entries = new LinkedHashMap<>();
  private final FetchQueue queue = new FetchQueue();
  private Set<X509Certificate> roots = Set.of();
  private int running;

  private static final class Entry {
    final LiveIdentity live;
    int users = 1;
    int failures;
    String lastError = "";
    boolean wanted;
    @Nullable WorkloadCertificate issued;

    Entry(LiveIdentity live) {
      this.live = live;
    }
  }

  private Identities(
      CertificateSource source, InstantSource clock, Consumer<WorkloadCertificate> prepare) {
    this.source = source;
    this.clock = clock;
    this.prepare = prepare;
    this.keeper = Thread.ofVirtual().name("identities").unstarted(this::keep);
  }

  /// Starts with nothing enrolled.
  ///
  /// @param prepare told of every certificate before connections are given it
  public static Identities start(
      CertificateSource source, InstantSource clock, Consumer<WorkloadCertificate> prepare) {
    var identities = new Identities(source, clock, prepare);
    identities.keeper.start();
    return identities;
  }

  /// Keeps a certificate of `id` current until it was released as often as it was enrolled.
  public LiveIdentity enrol(SpiffeId id) {
    lock.lock();
    try {
      Entry known = entries.get(id);
      if (known != null) {
        known.users++;
        return known.live;
      }
      var entry = new Entry(new LiveIdentity(id, clock, () -> hurry(id)));
      entry.live.onCertificate(prepare);
      entries.put(id, entry);
      queue.put(id, Urgency.WARM_UP, clock.instant());
      changed.signal();
      return entry.live;
    } finally {
      lock.unlock();
    }
  }

  /// Undoes one enrolment; after the last the certificate is no longer renewed.
  public void release(SpiffeId id) {
    lock.lock();
    try {
      Entry entry = entries.get(id);
      if (entry != null && --entry.users == 0) {
        entries.remove(id);
        queue.remove(id);
      }
    } finally {
      lock.unlock();
    }
  }

  private void hurry(SpiffeId id) {
    lock.lock();
    try {
      Entry entry = entries.get(id);
      if (entry != null) {
        entry.wanted = true;
        queue.raise(id, Urgency.CONNECTION);
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void keep() {
    lock.lock();
    try {
      while (true) {
        boolean mayFetch = running < MOST_AT_ONCE;
        Optional<SpiffeId> next = mayFetch ? queue.poll(clock.instant()) : Optional.empty();
        Optional<Instant> due = mayFetch ? queue.nextDue() : Optional.empty();
        if (next.isPresent()) {
          running++;
          Entry entry = entries.get(next.get());
          Thread.ofVirtual().name("certificate").start(() -> fetch(next.get(), entry));
        } else if (due.isPresent()) {
          changed.awaitNanos(Duration.between(clock.instant(), due.get()).toNanos());
        } else {
          changed.await();
        }
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private void fetch(SpiffeId id, @Nullable Entry entry) {
    Obtained obtained = entry == null ? new Obtained.Failed("released") : obtain(id);
    Set<X509Certificate> before;
    Set<X509Certificate> after;
    lock.lock();
    try {
      running--;
      changed.signal();
      if (entry == null || entries.get(id) != entry) {
        return;
      }
      before = roots;
      settle(id, entry, obtained);
      after = roots;
    } finally {
      lock.unlock();
    }
    // Outside of the lock: whoever waits continues in this thread.
    switch (obtained) {
      case Obtained.Issued _ -> publish(entry);
      case Obtained.Failed(var reason) -> entry.live.fail(reason);
    }
    if (!before.equals(after)) {
      others(entry).forEach(this::publish);
    }
  }

  private Obtained obtain(SpiffeId id) {
    try {
      Obtained obtained = source.obtain(id);
      return obtained instanceof Obtained.Issued(var certificate) && !certificate.id().equals(id)
          ? new Obtained.Failed("certificate is for `" + certificate.id() + "`")
          : obtained;
    } catch (RuntimeException bug) {
      LOG.atError().addKeyValue("identity", id).setCause(bug).log("no certificate, by a bug");
      return new Obtained.Failed("failed: " + bug.getClass().getSimpleName());
    }
  }

  private void settle(SpiffeId id, Entry entry, Obtained obtained) {
    Instant now = clock.instant();
    switch (obtained) {
      case Obtained.Issued(var certificate) -> {
        boolean renewed = !certificate.equals(entry.issued);
        entry.issued = certificate;
        entry.failures = 0;
        entry.lastError = "";
        entry.wanted = false;
        queue.put(id, Urgency.RENEWAL, now.plus(source.renewAfter(certificate, now)));
        if (renewed) {
          LOG.atInfo()
              .addKeyValue("identity", id)
              .addKeyValue("serial", certificate.leaf().getSerialNumber().toString(16))
              .addKeyValue("expires", certificate.leaf().getNotAfter().toInstant())
              .log("certificate obtained");
          learnRoots(entry);
        }
      }
      case Obtained.Failed(var reason) -> {
        entry.failures++;
        if (!reason.equals(entry.lastError)) {
          LOG.atWarn()
              .addKeyValue("identity", id)
              .addKeyValue("reason", reason)
              .log("no certificate");
        }
        entry.lastError = reason;
        Urgency urgency = entry.issued == null ? Urgency.WARM_UP : Urgency.RENEWAL;
        queue.put(
            id,
            entry.wanted ? Urgency.CONNECTION : urgency,
            now.plus(source.retryAfter(entry.failures)));
      }
    }
  }

  /// Takes over what the newest certificate says of the roots.
  private void learnRoots(Entry newest) {
    if (source.rootScope() == CertificateSource.RootScope.OWN || newest.issued == null) {
      return;
    }
    var all = new LinkedHashSet<X509Certificate>();
    Set<X509Certificate> current = Set.copyOf(newest.issued.roots());
    for (var each : entries.entrySet()) {
      var issued = each.getValue().issued;
      if (issued != null) {
        all.addAll(issued.roots());
        if (!Set.copyOf(issued.roots()).equals(current)) {
          long spread = ThreadLocalRandom.current().nextLong(ROTATION_SPREAD.toNanos());
          queue.hasten(each.getKey(), clock.instant().plusNanos(spread));
        }
      }
    }
    if (!all.equals(roots)) {
      LOG.atInfo().addKeyValue("roots", all.size()).log("roots of the mesh changed");
      roots = all;
    }
  }

  private List<Entry> others(Entry one) {
    lock.lock();
    try {
      return entries.values().stream().filter(entry -> entry != one).toList();
    } finally {
      lock.unlock();
    }
  }

  /// Makes connections use what is known now; in any order, by any thread.
  private void publish(Entry entry) {
    synchronized (entry) {
      WorkloadCertificate certificate = assembled(entry);
      if (certificate != null && !certificate.equals(entry.live.last())) {
        entry.live.take(certificate);
      }
    }
  }

  private @Nullable WorkloadCertificate assembled(Entry entry) {
    lock.lock();
    try {
      WorkloadCertificate issued = entry.issued;
      return issued == null || source.rootScope() == CertificateSource.RootScope.OWN
          ? issued
          : new WorkloadCertificate(issued.id(), issued.chain(), issued.key(), List.copyOf(roots));
    } finally {
      lock.unlock();
    }
  }

  /// How every enrolled identity is doing.
  public List<IdentityStatus> statuses() {
    lock.lock();
    try {
      return entries.values().stream().map(this::status).toList();
    } finally {
      lock.unlock();
    }
  }

  private IdentityStatus status(Entry entry) {
    IdentityStatus.State state =
        entry.live.certificate().isPresent()
            ? IdentityStatus.State.AVAILABLE
            : entry.failures == 0
                ? IdentityStatus.State.INITIALIZING
                : IdentityStatus.State.UNAVAILABLE;
    return new IdentityStatus(
        entry.live.id(),
        state,
        Optional.ofNullable(entry.live.last()),
        entry.failures,
        entry.lastError,
        queue.due(entry.live.id()));
  }

  /// Stops renewing; the certificates that are there go on being used.
  @Override
  public void close() {
    keeper.interrupt();
  }
}
