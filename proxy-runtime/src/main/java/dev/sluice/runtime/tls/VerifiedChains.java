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

/// Remembers which certificate chains were verified, until the first certificate of them expires.
///
/// Only the signatures of the chain are remembered; that the peer holds the private key is proven
/// anew in every handshake. Keyed by the SHA-256 of all DER bytes, bounded to 10,000 chains.
final class VerifiedChains {

  private static final int MAX_CHAINS = 10_000;

  private final InstantSource clock;
  private final Cache<ByteBuffer, Instant> notAfter;

  VerifiedChains(InstantSource clock) {
    this.clock = clock;
    this.notAfter =
        Caffeine.newBuilder()
            .maximumSize(MAX_CHAINS)
            .expireAfter(
                Expiry.creating(
                    (ByteBuffer key, Instant end) -> Duration.between(clock.instant(), end)))
            .build();
  }

  boolean holds(ByteBuffer key) {
    Instant end = notAfter.getIfPresent(key);
    // The cache runs on elapsed time; the certificate ends by the wall clock, which may be set.
    return end != null && clock.instant().isBefore(end);
  }

  void remember(ByteBuffer key, List<X509Certificate> chain) {
    Instant end = Instant.MAX;
    for (X509Certificate certificate : chain) {
      Instant own = certificate.getNotAfter().toInstant();
      end = own.isBefore(end) ? own : end;
    }
    notAfter.put(key, end);
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
