package dev.sluice.controlplane.ca;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/// The authority that certifies workload identities of one trust domain.
///
/// Signs P-256 leaves for the identity it is told, after checking that the request asks for exactly
/// that identity; who may ask for which is for the caller to decide.
public final class CertificateAuthority {

  /// The longest validity of a leaf.
  public static final Duration MAX_VALIDITY = Duration.ofDays(7);

  private static final String CERTIFICATE_FILE = "ca-cert.pem";
  private static final String KEY_FILE = "ca-key.pem";

  private final TrustDomain trustDomain;
  private final X509Certificate root;
  private final PrivateKey key;
  private final InstantSource clock;

  private CertificateAuthority(
      TrustDomain trustDomain, X509Certificate root, PrivateKey key, InstantSource clock) {
    this.trustDomain = trustDomain;
    this.root = root;
    this.key = key;
    this.clock = clock;
  }

  /// What opening an authority brought.
  public sealed interface Opened {

    /// It can sign.
    record Ready(CertificateAuthority authority) implements Opened {}

    /// Its files are there and unusable, or cannot be written.
    record Unusable(Path file, String reason) implements Opened {}
  }

  /// What asking for a certificate brought.
  public sealed interface Issued {

    /// The leaf alone, as the root signs it; `chainPem` is the same as text.
    record Certificate(List<X509Certificate> chain, String chainPem) implements Issued {}

    /// Nothing was signed.
    record Refused(Refusal refusal, String detail) implements Issued {}
  }

  /// Opens the authority in `directory`, or creates it there with a self-signed P-256 root of ten
  /// years: `ca-cert.pem` and `ca-key.pem`, the latter readable by its owner only.
  public static Opened open(Path directory, TrustDomain trustDomain, InstantSource clock) {
    Path certificateFile = directory.resolve(CERTIFICATE_FILE);
    Path keyFile = directory.resolve(KEY_FILE);
    try {
      boolean isThere = Files.exists(certificateFile);
      if (isThere != Files.exists(keyFile)) {
        return new Opened.Unusable(isThere ? keyFile : certificateFile, "is missing");
      }
      if (!isThere) {
        Files.createDirectories(directory);
        Certificates.Root fresh = Certificates.root(trustDomain, clock.instant());
        Pem.writePrivate(keyFile, Pem.of("PRIVATE KEY", fresh.key().getEncoded()));
        Pem.writePublic(certificateFile, Pem.of(List.of(fresh.certificate())));
      }
      Certificates.Root stored =
          Certificates.readRoot(Files.readString(certificateFile), Files.readString(keyFile));
      return opened(stored, certificateFile, trustDomain, clock);
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      return new Opened.Unusable(directory, String.valueOf(e.getMessage()));
    }
  }

  private static Opened opened(
      Certificates.Root stored, Path file, TrustDomain trustDomain, InstantSource clock) {
    if (!Certificates.isRootOf(stored.certificate(), trustDomain)) {
      return new Opened.Unusable(file, "is not the root of `" + trustDomain + "`");
    }
    if (clock.instant().isAfter(stored.certificate().getNotAfter().toInstant())) {
      return new Opened.Unusable(file, "has expired");
    }
    return new Opened.Ready(
        new CertificateAuthority(trustDomain, stored.certificate(), stored.key(), clock));
  }

  /// The certificates that peers trust.
  public List<X509Certificate> roots() {
    return List.of(root);
  }

  /// [#roots()] as PEM.
  public String rootsPem() {
    return Pem.of(roots());
  }

  /// Certifies the key of a PKCS#10 request (PEM) as `id` for `validity`, at most [#MAX_VALIDITY]
  /// and never beyond the root's own end.
  public Issued issue(String requestPem, SpiffeId id, Duration validity) {
    if (!id.trustDomain().equals(trustDomain)) {
      return new Issued.Refused(
          Refusal.FOREIGN_TRUST_DOMAIN, "`" + id + "` is not of `" + trustDomain + "`");
    }
    if (validity.isNegative() || validity.isZero() || validity.compareTo(MAX_VALIDITY) > 0) {
      return new Issued.Refused(Refusal.BAD_VALIDITY, "`" + validity + "`");
    }
    return switch (CertificateRequest.check(requestPem, id)) {
      case CertificateRequest.Checked.Unfit(Refusal refusal, String detail) ->
          new Issued.Refused(refusal, detail);
      case CertificateRequest.Checked.Fit(SubjectPublicKeyInfo subject) ->
          sign(subject, id, validity);
    };
  }

  private Issued sign(SubjectPublicKeyInfo subject, SpiffeId id, Duration validity) {
    Instant now = clock.instant();
    Instant rootEnd = root.getNotAfter().toInstant();
    Instant end = now.plus(validity);
    X509Certificate leaf =
        Certificates.leaf(
            new Certificates.Root(root, key),
            subject,
            id,
            new Certificates.Window(now, end.isAfter(rootEnd) ? rootEnd : end));
    return new Issued.Certificate(List.of(leaf), Pem.of(List.of(leaf)));
  }
}
