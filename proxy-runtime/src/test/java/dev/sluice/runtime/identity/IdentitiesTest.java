package dev.sluice.runtime.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.identity.CertificateSource.Obtained;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IdentitiesTest {

  private final AtomicReference<Duration> shift = new AtomicReference<>(Duration.ZERO);
  private final TestAuthority first = new TestAuthority("cluster.local");
  private final TestAuthority second = new TestAuthority("cluster.local");
  private final Source source = new Source();
  private final List<SpiffeId> prepared = Collections.synchronizedList(new ArrayList<>());
  private final Identities identities =
      Identities.start(
          source, () -> Instant.now().plus(shift.get()), own -> prepared.add(own.id()));

  @AfterEach
  void stop() {
    source.gate.release(1_000);
    identities.close();
  }

  /// An authority that a test holds back, breaks or replaces.
  private final class Source implements CertificateSource {
    final Semaphore gate = new Semaphore(1_000);
    final AtomicInteger asked = new AtomicInteger();
    final AtomicInteger atOnce = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    final List<SpiffeId> order = Collections.synchronizedList(new ArrayList<>());
    final Map<SpiffeId, String> broken = new ConcurrentHashMap<>();
    final AtomicReference<TestAuthority> authority = new AtomicReference<>(first);
    volatile Duration renewal = Duration.ofHours(1);

    @Override
    public Obtained obtain(SpiffeId id) {
      asked.incrementAndGet();
      order.add(id);
      mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
      gate.acquireUninterruptibly();
      atOnce.decrementAndGet();
      String reason = broken.get(id);
      return reason == null ? new Obtained.Issued(issue(id)) : new Obtained.Failed(reason);
    }

    private synchronized WorkloadCertificate issue(SpiffeId id) {
      return authority.get().certificate(id.namespace(), id.serviceAccount());
    }

    @Override
    public Duration renewAfter(WorkloadCertificate certificate, Instant now) {
      return renewal;
    }

    @Override
    public Duration retryAfter(int failures) {
      return Duration.ofMillis(20);
    }

    @Override
    public RootScope rootScope() {
      return RootScope.SHARED;
    }
  }

  private SpiffeId id(String account) {
    return first.id("shop", account);
  }

  private static WorkloadCertificate obtained(LiveIdentity identity) {
    await().until(() -> identity.certificate().isPresent());
    return identity.certificate().orElseThrow();
  }

  @Test
  void pods_of_one_service_account_share_one_certificate() {
    LiveIdentity one = identities.enrol(id("web"));
    LiveIdentity other = identities.enrol(id("web"));

    assertThat(obtained(one)).isSameAs(obtained(other));
    assertThat(source.asked).hasValue(1);
    assertThat(prepared).containsExactly(id("web"));
    assertThat(identities.statuses())
        .singleElement()
        .satisfies(status -> {
          assertThat(status.state()).isEqualTo(IdentityStatus.State.AVAILABLE);
          assertThat(status.nextAttempt()).isPresent();
        });
  }

  @Test
  void an_identity_is_forgotten_with_its_last_pod() {
    identities.enrol(id("web"));
    identities.enrol(id("web"));

    identities.release(id("web"));
    assertThat(identities.statuses()).hasSize(1);
    identities.release(id("web"));
    assertThat(identities.statuses()).isEmpty();
  }

  @Test
  void at_most_eight_are_fetched_at_once_and_connections_go_first() {
    source.gate.drainPermits();
    for (int i = 0; i < 20; i++) {
      identities.enrol(id("pod" + i));
    }
    await().until(() -> source.atOnce.get() == 8);
    LiveIdentity wanted = identities.enrol(id("wanted"));
    var waiting = wanted.await().toCompletableFuture();

    source.gate.release();
    await().until(() -> source.order.size() == 9);
    assertThat(source.order.get(8)).isEqualTo(id("wanted"));
    source.gate.release(100);

    assertThat(waiting.join()).isInstanceOf(Obtained.Issued.class);
    await().until(() -> source.order.size() == 21);
    assertThat(source.mostAtOnce).hasValue(8);
  }

  @Test
  void many_connections_that_wait_are_one_request() {
    source.gate.drainPermits();
    LiveIdentity web = identities.enrol(id("web"));
    var waiting =
        Collections.nCopies(100, web).stream()
            .map(each -> each.await().toCompletableFuture())
            .toList();
    source.gate.release(100);

    assertThat(waiting)
        .allSatisfy(each -> assertThat(each.join()).isInstanceOf(Obtained.Issued.class));
    assertThat(source.asked).hasValue(1);
  }

  @Test
  void a_first_failure_is_told_to_who_waits_and_tried_again() {
    source.broken.put(id("web"), "PERMISSION_DENIED: no such pod");
    source.gate.drainPermits();
    LiveIdentity web = identities.enrol(id("web"));
    var waiting = web.await().toCompletableFuture();
    source.gate.release(1_000);

    assertThat(waiting.join()).isEqualTo(new Obtained.Failed("PERMISSION_DENIED: no such pod"));
    assertThat(identities.statuses().getFirst().state())
        .isEqualTo(IdentityStatus.State.UNAVAILABLE);
    source.broken.clear();
    obtained(web);
    assertThat(identities.statuses().getFirst().failures()).isZero();
  }

  @Test
  void the_old_certificate_serves_until_it_expires_when_it_cannot_be_renewed() {
    source.renewal = Duration.ofMillis(50);
    LiveIdentity web = identities.enrol(id("web"));
    WorkloadCertificate old = obtained(web);
    source.broken.put(id("web"), "UNAVAILABLE: nobody there");
    await().until(() -> identities.statuses().getFirst().failures() > 3);

    assertThat(web.certificate().map(WorkloadCertificate::id)).contains(old.id());
    assertThat(identities.statuses().getFirst().lastError()).startsWith("UNAVAILABLE");

    shift.set(Duration.ofHours(2));
    assertThat(web.certificate()).isEmpty();
    assertThat(identities.statuses().getFirst().state())
        .isEqualTo(IdentityStatus.State.UNAVAILABLE);
  }

  @Test
  void renewing_brings_another_certificate() {
    source.renewal = Duration.ofMillis(20);
    LiveIdentity web = identities.enrol(id("web"));
    var serial = obtained(web).leaf().getSerialNumber();

    await().until(() -> !obtained(web).leaf().getSerialNumber().equals(serial));
  }

  @Test
  void a_new_root_is_trusted_by_all_as_soon_as_one_learns_of_it_and_the_others_follow() {
    LiveIdentity web = identities.enrol(id("web"));
    LiveIdentity api = identities.enrol(id("api"));
    var old = obtained(web).roots();
    obtained(api);

    source.authority.set(second);
    LiveIdentity late = identities.enrol(id("late"));
    var fresh = obtained(late).roots();

    assertThat(fresh).hasSize(2).containsAll(old);
    await().until(() -> obtained(web).roots().size() == 2);
    assertThat(obtained(web).roots()).containsExactlyInAnyOrderElementsOf(fresh);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> obtained(web).roots().size() == 1 && obtained(api).roots().size() == 1);
    assertThat(obtained(api).roots()).doesNotContainAnyElementsOf(old);
  }

  @Test
  void a_certificate_of_somebody_else_is_not_used() {
    var other = first.certificate("shop", "other");
    var confused =
        Identities.start(
            new CertificateSource() {
              @Override
              public Obtained obtain(SpiffeId id) {
                return new Obtained.Issued(other);
              }

              @Override
              public Duration renewAfter(WorkloadCertificate certificate, Instant now) {
                return Duration.ofHours(1);
              }

              @Override
              public Duration retryAfter(int failures) {
                return Duration.ofHours(1);
              }

              @Override
              public RootScope rootScope() {
                return RootScope.OWN;
              }
            },
            Instant::now,
            any -> {});
    try (confused) {
      LiveIdentity web = confused.enrol(id("web"));

      assertThat(web.await().toCompletableFuture().join()).isInstanceOf(Obtained.Failed.class);
      assertThat(web.certificate()).isEmpty();
    }
  }
}
