package dev.sluice.runtime.telemetry;

/// What certificate revocation does to connections. Source of names and labels: ztunnel's CRL
/// metrics.
public final class RevocationMetrics {

  private static final int MOST_SERIES = 4;

  private final BoundedCounter rejections;
  private final BoundedCounter untracked;

  /// Registers the metrics; once per proxy.
  public RevocationMetrics(MeshMetrics metrics) {
    rejections =
        metrics.counter(
            "istio_crl_policy_rejections",
            "Connections refused or cut because a certificate is revoked",
            MOST_SERIES,
            "reporter");
    untracked =
        metrics.counter(
            "istio_crl_untracked_connections",
            "Connections that a new revocation list is not applied to",
            MOST_SERIES,
            "reporter");
  }

  /// Counts a connection that was refused or cut.
  public void rejected(Traffic.Reporter reporter) {
    rejections.at(reporter.text()).inc();
  }

  /// Counts a connection that no later list will reach.
  public void untracked(Traffic.Reporter reporter) {
    untracked.at(reporter.text()).inc();
  }
}
