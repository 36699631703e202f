package dev.sluice.runtime.tls;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Remembers which certificate chains were verified, until the first certificate of them expires.
///
/// Only the signatures of the chain are remembered; that the peer holds the private key is proven
/// anew in every handshake. Keyed by the SHA-256 of all DER bytes, bounded to 10,000 chains.
final class VerifiedChains {

  private static final int MAX_CHAINS = 10_000;

  private record Verified(List<X509Certificate> path, Instant end) {}

  private final InstantSource clock;
  private final Cache<ByteBuffer, Verified> chains;

  VerifiedChains(InstantSource clock) {
    this.clock = clock;
    this.chains =
        Caffeine.newBuilder()
            .maximumSize(MAX_CHAINS)
            .expireAfter(
                Expiry.creating((ByteBuffer key, Verified verified) ->
                    Duration.between(clock.instant(), verified.end())))
            .build();
  }

  /// The verified path of a chain, leaf to root; null when it is not known or has expired.
  @Nullable List<X509Certificate> path(ByteBuffer key) {
    Verified known = chains.getIfPresent(key);
    // The cache runs on elapsed time; the certificate ends by the wall clock, which may be set.
    return known != null && clock.instant().isBefore(known.end()) ? known.path() : null;
  }

  void remember(ByteBuffer key, List<X509Certificate> path) {
    Instant end = Instant.MAX;
    for (X509Certificate certificate : path) {
      Instant own = certificate.getNotAfter().toInstant();
      end = own.isBefore(end) ? own : end;
    }
    chains.put(key, new Verified(path, end));
  }

  static ByteBuffer key(X509Certificate[] chain) throws CertificateEncodingException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (X509Certificate certificate : chain) {
        digest.update(certificate.getEncoded());
      }
      return ByteBuffer.wrap(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }
}
