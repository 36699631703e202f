package dev.sluice.runtime.identity;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.identity.CertificateSource.Obtained;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An identity whose certificate is kept current while it is enrolled.
///
/// Reading the certificate is one volatile read. A certificate that could not be replaced stays
/// until it expires; after that there is none.
public final class LiveIdentity {

  private record Held(WorkloadCertificate certificate, Instant notAfter) {}

  private final SpiffeId id;
  private final InstantSource clock;
  private final Runnable hurry;
  private final List<Consumer<WorkloadCertificate>> listeners = new CopyOnWriteArrayList<>();
  private volatile @Nullable Held held;
  private final CompletableFuture<Void> available = new CompletableFuture<>();
  private final CompletableFuture<Void> attempted = new CompletableFuture<>();
  private CompletableFuture<Obtained> next = new CompletableFuture<>();

  /// @param hurry asks for the next attempt to come before others
  LiveIdentity(SpiffeId id, InstantSource clock, Runnable hurry) {
    this.id = id;
    this.clock = clock;
    this.hurry = hurry;
  }

  /// An identity whose certificate never changes.
  public static LiveIdentity fixed(WorkloadCertificate certificate) {
    var identity = new LiveIdentity(certificate.id(), InstantSource.system(), () -> {});
    identity.take(certificate);
    return identity;
  }

  public SpiffeId id() {
    return id;
  }

  /// The newest certificate; empty before the first and when it has expired.
  public Optional<WorkloadCertificate> certificate() {
    Held now = held;
    return now != null && clock.instant().isBefore(now.notAfter())
        ? Optional.of(now.certificate())
        : Optional.empty();
  }

  /// The certificate, now or by the next attempt to get one; whoever waits shares its failure.
  public CompletionStage<Obtained> await() {
    var now = certificate();
    if (now.isPresent()) {
      return CompletableFuture.completedStage(new Obtained.Issued(now.get()));
    }
    CompletableFuture<Obtained> waiting = waiting();
    // It may have come between the two.
    certificate().ifPresent(certificate -> waiting.complete(new Obtained.Issued(certificate)));
    hurry.run();
    return waiting.copy();
  }

  private synchronized CompletableFuture<Obtained> waiting() {
    return next;
  }

  /// Calls `listener` with the certificate there is, and with each that follows, before connections
  /// are given it.
  public synchronized void onCertificate(Consumer<WorkloadCertificate> listener) {
    Held now = held;
    if (now != null) {
      listener.accept(now.certificate());
    }
    listeners.add(listener);
  }

  /// Done when there has been a certificate.
  public CompletionStage<Void> available() {
    return available.copy();
  }

  /// Done when the first attempt to get a certificate is, whatever it brought.
  public CompletionStage<Void> attempted() {
    return attempted.copy();
  }

  void take(WorkloadCertificate certificate) {
    CompletableFuture<Obtained> waiting;
    synchronized (this) {
      listeners.forEach(listener -> listener.accept(certificate));
      held = new Held(certificate, certificate.leaf().getNotAfter().toInstant());
      waiting = renewWaiting();
    }
    waiting.complete(new Obtained.Issued(certificate));
    available.complete(null);
    attempted.complete(null);
  }

  /// Nobody is told who has a certificate still.
  void fail(String reason) {
    CompletableFuture<Obtained> waiting;
    synchronized (this) {
      waiting = renewWaiting();
    }
    waiting.complete(new Obtained.Failed(reason));
    attempted.complete(null);
  }

  private CompletableFuture<Obtained> renewWaiting() {
    var waiting = next;
    next = new CompletableFuture<>();
    return waiting;
  }

  @Nullable WorkloadCertificate last() {
    Held now = held;
    return now == null ? null : now.certificate();
  }

  @Override
  public String toString() {
    return "LiveIdentity[" + id + "]";
  }
}
