package dev.sluice.runtime.identity.wire;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.identity.CertificateSource;
import dev.sluice.runtime.identity.FileStamp;
import dev.sluice.runtime.identity.IssuedChain;
import dev.sluice.runtime.identity.SigningRequest;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.retry.Backoff;
import dev.sluice.runtime.wire.ControlLoop;
import dev.sluice.runtime.wire.ControlPlane;
import dev.sluice.runtime.wire.ControlPlaneChannel;
import dev.sluice.schemas.istio.auth.v1.IstioCertificateRequest;
import io.grpc.CallOptions;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Gets certificates from an authority that speaks Istio's certificate service.
///
/// Each has a key of its own that never leaves the process. Renewal is due at half of the time that
/// is left when a certificate comes, give or take a tenth.
public final class AuthorityClient implements CertificateSource, AutoCloseable {

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration SHORTEST_RENEWAL = Duration.ofMillis(100);
  private static final double RENEWAL_JITTER = 0.1;
  private static final int MOST_BYTES = 1024 * 1024;
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(150), 0.2);

  /// Whose certificates are asked for.
  public enum Asking {
    /// For the workloads of a node, whom the request names.
    FOR_NODE,
    /// For the one workload whose token is sent.
    FOR_ITSELF
  }

  /// What is asked of which authority.
  public record Request(ControlPlane authority, Duration validity, Asking asking) {}

  private record Held(ControlPlaneChannel channel, Optional<FileStamp> roots) {}

  private final Request terms;
  private final ControlLoop loop;
  private final InstantSource clock;
  private @Nullable Held held;

  public AuthorityClient(Request terms, ControlLoop loop, InstantSource clock) {
    this.terms = terms;
    this.loop = loop;
    this.clock = clock;
  }

  @Override
  public Obtained obtain(SpiffeId id) {
    return switch (channel()) {
      case ControlPlaneChannel.Opened.Failed(var reason) -> new Obtained.Failed(reason);
      case ControlPlaneChannel.Opened.Ready(var channel) -> ask(channel, id);
    };
  }

  private Obtained ask(ControlPlaneChannel channel, SpiffeId id) {
    SigningRequest request = SigningRequest.generate(id);
    try {
      var response =
          ClientCalls.blockingUnaryCall(
              channel.forRequest(),
              CertificateService.CREATE,
              CallOptions.DEFAULT.withDeadlineAfter(
                  REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS),
              message(request, id));
      return IssuedChain.read(response.getCertChainList(), id, request, clock.instant());
    } catch (StatusRuntimeException refused) {
      channel.connectAnew();
      return new Obtained.Failed(ControlPlaneChannel.describe(refused));
    } catch (IOException unreadable) {
      return new Obtained.Failed("token cannot be read: " + unreadable.getMessage());
    }
  }

  private IstioCertificateRequest message(SigningRequest request, SpiffeId id) {
    var message =
        IstioCertificateRequest.newBuilder()
            .setCsr(request.pem())
            .setValidityDuration(terms.validity().toSeconds());
    switch (terms.asking()) {
      case FOR_NODE ->
          message.setMetadata(
              Struct.newBuilder()
                  .putFields(
                      CertificateService.IMPERSONATED,
                      Value.newBuilder().setStringValue(id.uri()).build()));
      case FOR_ITSELF -> {
        // The token says who asks.
      }
    }
    return message.build();
  }

  /// One connection for all, until the file with its roots changes.
  private synchronized ControlPlaneChannel.Opened channel() {
    Optional<FileStamp> now =
        switch (terms.authority().roots()) {
          case ControlPlane.Roots.InFile(var file) -> FileStamp.of(file);
          case ControlPlane.Roots.Inline _, ControlPlane.Roots.OfSystem _ -> Optional.empty();
        };
    Held known = held;
    if (known != null && known.roots().equals(now)) {
      return new ControlPlaneChannel.Opened.Ready(known.channel());
    }
    if (known != null) {
      known.channel().retire();
      held = null;
    }
    var opened = ControlPlaneChannel.open(terms.authority(), loop, MOST_BYTES);
    if (opened instanceof ControlPlaneChannel.Opened.Ready(var channel)) {
      held = new Held(channel, now);
    }
    return opened;
  }

  @Override
  public Duration renewAfter(WorkloadCertificate certificate, Instant now) {
    // An authority may date a certificate back, so half of what is left is counted from now.
    Duration left = Duration.between(now, certificate.leaf().getNotAfter().toInstant());
    Duration half = Backoff.spread(left.dividedBy(2), RENEWAL_JITTER, ThreadLocalRandom.current());
    return half.compareTo(SHORTEST_RENEWAL) < 0 ? SHORTEST_RENEWAL : half;
  }

  @Override
  public Duration retryAfter(int failures) {
    return BACKOFF.after(failures, ThreadLocalRandom.current());
  }

  @Override
  public RootScope rootScope() {
    return RootScope.SHARED;
  }

  @Override
  public synchronized void close() {
    Held known = held;
    if (known != null) {
      known.channel().close();
      held = null;
    }
  }
}
