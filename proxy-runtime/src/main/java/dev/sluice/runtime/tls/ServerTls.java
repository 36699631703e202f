package dev.sluice.runtime.tls;

import dev.sluice.runtime.identity.CertificateSource.Obtained;
import dev.sluice.runtime.identity.LiveIdentity;
import dev.sluice.runtime.identity.WorkloadCertificate;
import io.netty.handler.ssl.SslContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Where a listener gets the TLS context of each new connection from.
@FunctionalInterface
public interface ServerTls {

  /// What a connection is given.
  sealed interface Offer {

    /// The context to handshake with.
    record Ready(SslContext context) implements Offer {}

    /// There is no certificate to prove who we are.
    record Unavailable(String reason) implements Offer {}
  }

  /// The context as of now, or when there is one.
  CompletionStage<Offer> next();

  /// Follows an identity: contexts are made as its certificates come, ahead of connections; a
  /// connection before the first certificate waits for it.
  static ServerTls of(LiveIdentity identity, MeshTrust trust) {
    var contexts = new Following(identity, trust);
    identity.onCertificate(contexts::take);
    return contexts;
  }

  /// The contexts of an identity, newest only.
  final class Following implements ServerTls {

    private record Made(Offer.Ready offer, CompletionStage<Offer> stage) {}

    private final LiveIdentity identity;
    private final MeshTrust trust;
    private volatile @Nullable Made made;

    private Following(LiveIdentity identity, MeshTrust trust) {
      this.identity = identity;
      this.trust = trust;
    }

    private void take(WorkloadCertificate certificate) {
      var offer = new Offer.Ready(trust.server(certificate));
      made = new Made(offer, CompletableFuture.completedStage(offer));
    }

    @Override
    public CompletionStage<Offer> next() {
      Made now = made;
      return now != null && identity.certificate().isPresent()
          ? now.stage()
          : identity.await().thenApply(this::offer);
    }

    private Offer offer(Obtained obtained) {
      return switch (obtained) {
        case Obtained.Issued(var certificate) -> {
          Made now = made;
          yield now != null ? now.offer() : new Offer.Ready(trust.server(certificate));
        }
        case Obtained.Failed(var reason) -> new Offer.Unavailable(reason);
      };
    }
  }
}
