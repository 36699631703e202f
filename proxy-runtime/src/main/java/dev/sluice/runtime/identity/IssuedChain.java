package dev.sluice.runtime.identity;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.identity.CertificateSource.Obtained;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Reads what an authority answers: PEM texts, the leaf first, the roots in the last.
///
/// What peers would refuse is refused here, while the old certificate still serves.
public final class IssuedChain {

  private static final int MOST_TEXTS = 16;
  private static final int MOST_CHARACTERS = 256 * 1024;

  private IssuedChain() {}

  /// The certificate of `id` for the key of `request`, as of `now`.
  public static Obtained read(
      List<String> texts, SpiffeId id, SigningRequest request, Instant now) {
    int characters = texts.stream().mapToInt(String::length).sum();
    if (texts.size() < 2 || texts.size() > MOST_TEXTS || characters > MOST_CHARACTERS) {
      return new Obtained.Failed(
          "authority answered " + texts.size() + " texts of " + characters + " characters");
    }
    try {
      List<X509Certificate> chain = new ArrayList<>();
      for (String text : texts.subList(0, texts.size() - 1)) {
        chain.addAll(Pem.certificates(text));
      }
      List<X509Certificate> roots = Pem.certificates(texts.getLast());
      X509Certificate leaf = chain.getFirst();
      if (!SpiffeNames.of(leaf).equals(List.of(id))) {
        return new Obtained.Failed(
            "authority certified " + SpiffeNames.of(leaf) + " instead of `" + id + "`");
      }
      if (!leaf.getPublicKey().equals(request.publicKey())) {
        return new Obtained.Failed("authority certified another key");
      }
      List<X509Certificate> path = new TrustedRoots(roots).verify(chain, now);
      // As peers get it: up to the root, without it.
      return new Obtained.Issued(
          new WorkloadCertificate(id, path.subList(0, path.size() - 1), request.key(), roots));
    } catch (CertificateException | IllegalArgumentException unusable) {
      return new Obtained.Failed("authority's answer is unusable: " + unusable.getMessage());
    }
  }
}
