package dev.sluice.waypoint;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.identity.CertificateDirectory;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.tls.MeshTls;
import io.netty.handler.ssl.SslContext;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The waypoint's own certificate, read again when it may have been renewed, and the TLS context
/// for its listener.
final class OwnCertificate {

  private final CertificateDirectory directory;
  private final Supplier<SpiffeId> identity;
  private final Supplier<Set<TrustDomain>> accepted;
  private volatile @Nullable Held held;

  private record Held(
      WorkloadCertificate certificate, Set<TrustDomain> accepted, SslContext context) {}

  /// @param identity who this waypoint is, as the mesh says
  /// @param accepted the trust domains whose workloads may connect
  OwnCertificate(
      CertificateDirectory directory,
      Supplier<SpiffeId> identity,
      Supplier<Set<TrustDomain>> accepted) {
    this.directory = directory;
    this.identity = identity;
    this.accepted = accepted;
  }

  /// Reads the certificate; the problem when there is none to use.
  Optional<String> read() {
    SpiffeId wanted = identity.get();
    return switch (directory.load(wanted.namespace(), wanted.serviceAccount())) {
      case CertificateDirectory.Loaded.Missing(var file) ->
          Optional.of("certificate file `" + file + "` is missing");
      case CertificateDirectory.Loaded.Invalid(var file, var reason) ->
          Optional.of("certificate file `" + file + "` " + reason);
      case CertificateDirectory.Loaded.Ready(var certificate)
          when !certificate.id().equals(wanted) ->
          Optional.of("certificate is for `" + certificate.id() + "`, not `" + wanted + "`");
      case CertificateDirectory.Loaded.Ready(var certificate) -> {
        hold(certificate);
        yield Optional.empty();
      }
    };
  }

  private void hold(WorkloadCertificate certificate) {
    Held now = held;
    Set<TrustDomain> domains = accepted.get();
    boolean same =
        now != null
            && now.certificate().leaf().equals(certificate.leaf())
            && now.certificate().roots().equals(certificate.roots())
            && now.accepted().equals(domains);
    if (!same) {
      held = new Held(certificate, domains, MeshTls.server(certificate, domains));
    }
  }

  boolean isHeld() {
    return held != null;
  }

  /// The certificate, once it was read.
  WorkloadCertificate certificate() {
    return held().certificate();
  }

  /// The context of the listener, once the certificate was read.
  SslContext context() {
    return held().context();
  }

  private Held held() {
    Held now = held;
    if (now == null) {
      throw new IllegalStateException("the certificate has not been read");
    }
    return now;
  }
}
