package dev.sluice.runtime.identity;

import dev.sluice.controlplane.ca.CertificateAuthority;
import dev.sluice.controlplane.ca.WorkloadFiles;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/// An authority of one trust domain in a temporary folder, and certificates of it.
public final class TestAuthority {

  private final TrustDomain trustDomain;
  private final Path home;
  private final Path files;
  private final CertificateAuthority authority;

  public TestAuthority(String trustDomain) {
    this(trustDomain, InstantSource.system());
  }

  public TestAuthority(String trustDomain, InstantSource clock) {
    this.trustDomain = new TrustDomain(trustDomain);
    try {
      Path folder = Files.createTempDirectory("authority");
      this.home = folder.resolve("ca");
      this.files = folder.resolve("workloads");
      this.authority =
          switch (CertificateAuthority.open(home, this.trustDomain, clock)) {
            case CertificateAuthority.Opened.Ready(CertificateAuthority ready) -> ready;
            case CertificateAuthority.Opened.Unusable unusable ->
                throw new IllegalStateException(unusable.toString());
          };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public TrustDomain trustDomain() {
    return trustDomain;
  }

  public SpiffeId id(String namespace, String serviceAccount) {
    return new SpiffeId(trustDomain, namespace, serviceAccount);
  }

  /// The folder with the authority's own certificate and key.
  public Path home() {
    return home;
  }

  /// The folder certificates are written to, for `CertificateDirectory`.
  public Path files() {
    return files;
  }

  public WorkloadCertificate certificate(String namespace, String serviceAccount) {
    WorkloadFiles.Enrolled enrolled =
        new WorkloadFiles(files)
            .enrol(authority, id(namespace, serviceAccount), Duration.ofHours(1));
    if (!(enrolled instanceof WorkloadFiles.Enrolled.Written)) {
      throw new IllegalStateException(enrolled.toString());
    }
    CertificateDirectory.Loaded loaded =
        new CertificateDirectory(files).load(namespace, serviceAccount);
    if (!(loaded instanceof CertificateDirectory.Loaded.Ready(WorkloadCertificate certificate))) {
      throw new IllegalStateException(loaded.toString());
    }
    return certificate;
  }
}
