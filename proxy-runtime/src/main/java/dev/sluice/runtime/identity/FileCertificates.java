package dev.sluice.runtime.identity;

import dev.sluice.engine.identity.SpiffeId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Certificates that something else writes to a [CertificateDirectory]; looked at every second,
/// read when a file has changed.
public final class FileCertificates implements CertificateSource {

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final CertificateDirectory directory;
  private final Map<SpiffeId, Read> last = new ConcurrentHashMap<>();

  private record Read(String stamp, Obtained obtained) {}

  public FileCertificates(CertificateDirectory directory) {
    this.directory = directory;
  }

  @Override
  public Obtained obtain(SpiffeId id) {
    // The stamp is taken before the files are read, so that a change between the two is seen.
    String stamp = directory.stamp(id.namespace(), id.serviceAccount());
    Read known = last.get(id);
    if (known != null && known.stamp().equals(stamp)) {
      return known.obtained();
    }
    Obtained obtained = read(id);
    last.put(id, new Read(stamp, obtained));
    return obtained;
  }

  private Obtained read(SpiffeId id) {
    return switch (directory.load(id.namespace(), id.serviceAccount())) {
      case CertificateDirectory.Loaded.Missing(var file) ->
          new Obtained.Failed("certificate file `" + file + "` is missing");
      case CertificateDirectory.Loaded.Invalid(var file, var reason) ->
          new Obtained.Failed("certificate file `" + file + "` " + reason);
      case CertificateDirectory.Loaded.Ready(var certificate) -> new Obtained.Issued(certificate);
    };
  }

  @Override
  public Duration renewAfter(WorkloadCertificate certificate, Instant now) {
    return INTERVAL;
  }

  @Override
  public Duration retryAfter(int failures) {
    return INTERVAL;
  }

  @Override
  public RootScope rootScope() {
    return RootScope.OWN;
  }
}
