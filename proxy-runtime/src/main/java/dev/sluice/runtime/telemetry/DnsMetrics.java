package dev.sluice.runtime.telemetry;

import dev.sluice.runtime.mesh.Workload;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What the DNS proxy counts: requests, those forwarded, failures and time of forwarding.
///
/// Names, labels and buckets are those of ztunnel's DNS metrics; every metric has a bounded number
/// of series.
public final class DnsMetrics {

  /// Series per DNS metric; the query type is the client's to choose.
  static final int MOST_SERIES = 1_000;

  private static final String[] LABELS = {
    "request_query_type",
    "request_protocol",
    "source_canonical_service",
    "source_canonical_revision"
  };
  private static final double[] SECONDS = {0.0005, 0.001, 0.01, 0.1, 1, 5};
  private static final double NANOS = 1e9;

  /// How a request came.
  public enum Protocol {
    UDP,
    TCP
  }

  /// One request as the labels tell of it.
  ///
  /// @param type the query type, such as `A`
  /// @param source the workload that asks; null when it is not known
  public record Request(String type, Protocol protocol, @Nullable Workload source) {

    private String[] labels() {
      Party party = source == null ? Party.unknown() : Party.of(source);
      return new String[] {
        type.toLowerCase(Locale.ROOT),
        protocol.name().toLowerCase(Locale.ROOT),
        party.canonicalService(),
        party.canonicalRevision()
      };
    }
  }

  private final BoundedCounter requests;
  private final BoundedCounter forwarded;
  private final BoundedCounter failures;
  private final BoundedSeries<DistributionDataPoint> durations;

  /// Registers the metrics; once per proxy.
  public DnsMetrics(MeshMetrics metrics) {
    requests = metrics.counter("istio_dns_requests", "DNS requests", MOST_SERIES, LABELS);
    forwarded =
        metrics.counter(
            "istio_dns_upstream_requests",
            "DNS requests forwarded to an upstream server",
            MOST_SERIES,
            LABELS);
    failures =
        metrics.counter(
            "istio_dns_upstream_failures",
            "DNS requests that no upstream server answered",
            MOST_SERIES,
            LABELS);
    var histogram =
        Histogram.builder()
            .name("istio_dns_upstream_request_duration_seconds")
            .help("Time until an upstream server answered")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .labelNames(LABELS)
            .register(metrics.registry());
    durations = new BoundedSeries<>(LABELS.length, MOST_SERIES, histogram::labelValues);
  }

  /// Counts a request that came in.
  public void requested(Request request) {
    requests.at(request.labels()).inc();
  }

  /// Counts a request that was forwarded and answered after `took`.
  public void forwarded(Request request, Duration took) {
    String[] labels = request.labels();
    forwarded.at(labels).inc();
    durations.at(labels).observe(took.toNanos() / NANOS);
  }

  /// Counts a request that was forwarded in vain.
  public void forwardFailed(Request request, Duration took) {
    forwarded(request, took);
    failures.at(request.labels()).inc();
  }
}
