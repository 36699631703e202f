package dev.sluice.waypoint.server;

import dev.sluice.controlplane.ca.CertificateAuthority;
import dev.sluice.controlplane.ca.WorkloadFiles;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.identity.CertificateDirectory;
import dev.sluice.runtime.identity.WorkloadCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/// An authority of `cluster.local` in a temporary folder, and certificates of it.
public final class TestAuthority {

  public static final TrustDomain DOMAIN = new TrustDomain("cluster.local");

  private final Path files;
  private final CertificateAuthority authority;

  public TestAuthority() {
    try {
      Path folder = Files.createTempDirectory("authority");
      files = folder.resolve("workloads");
      authority =
          switch (CertificateAuthority.open(folder.resolve("ca"), DOMAIN, InstantSource.system())) {
            case CertificateAuthority.Opened.Ready(CertificateAuthority ready) -> ready;
            case CertificateAuthority.Opened.Unusable unusable ->
                throw new IllegalStateException(unusable.toString());
          };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path files() {
    return files;
  }

  public WorkloadCertificate certificate(SpiffeId id) {
    var enrolled = new WorkloadFiles(files).enrol(authority, id, Duration.ofHours(1));
    if (!(enrolled instanceof WorkloadFiles.Enrolled.Written)) {
      throw new IllegalStateException(enrolled.toString());
    }
    var loaded = new CertificateDirectory(files).load(id.namespace(), id.serviceAccount());
    if (!(loaded instanceof CertificateDirectory.Loaded.Ready(WorkloadCertificate certificate))) {
      throw new IllegalStateException(loaded.toString());
    }
    return certificate;
  }
}
