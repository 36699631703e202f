package dev.sluice.runtime.tls;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.identity.WorkloadCertificate;
import io.netty.handler.ssl.SslContext;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;

/// Whom the workloads of a proxy trust: makes TLS contexts that follow it for as long as they live.
///
/// Contexts with the same roots share what they verified, so that a renewed certificate does not
/// make every peer be verified again.
public final class MeshTrust {

  /// Different sets of roots that are remembered; there are two while roots are rotated.
  private static final int MOST_ROOT_SETS = 16;

  private final Predicate<TrustDomain> accepted;
  private final Revocations revocations;
  private final InstantSource clock;
  private final Cache<Set<X509Certificate>, VerifiedChains> verified =
      Caffeine.newBuilder().maximumSize(MOST_ROOT_SETS).build();

  /// @param accepted the trust domains of which clients may be, asked in every handshake
  public MeshTrust(Predicate<TrustDomain> accepted, Revocations revocations, InstantSource clock) {
    this.accepted = accepted;
    this.revocations = revocations;
    this.clock = clock;
  }

  /// For listeners: a client must prove an identity of an accepted trust domain.
  ///
  /// @throws IllegalArgumentException when BoringSSL does not take the certificate or its key
  public SslContext server(WorkloadCertificate own) {
    MeshTrustManager manager = manager(own, accepted);
    return new TrackedContext(
        MeshTls.server(own, manager), manager, revocations, Revocations.Side.ACCEPTED);
  }

  /// For dialling: the server must prove some workload identity; which one is for the caller to
  /// check against what it expects, before anything is sent.
  ///
  /// @throws IllegalArgumentException when BoringSSL does not take the certificate or its key
  public SslContext client(WorkloadCertificate own) {
    MeshTrustManager manager = manager(own, any -> true);
    return new TrackedContext(
        MeshTls.client(own, manager), manager, revocations, Revocations.Side.DIALLED);
  }

  private MeshTrustManager manager(WorkloadCertificate own, Predicate<TrustDomain> domains) {
    Set<X509Certificate> roots = Set.copyOf(own.roots());
    VerifiedChains known = verified.get(roots, any -> new VerifiedChains(clock));
    return new MeshTrustManager(roots, domains, clock, Objects.requireNonNull(known), revocations);
  }
}
