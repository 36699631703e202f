package dev.sluice.runtime.telemetry;

import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.runtime.mesh.Service;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// The metrics of a proxy: upstream's `istio_tcp_*` and `istio_build`, and what Sluice decides and
/// closes.
///
/// Every labelled metric has a bounded number of series. Source of names and labels: ztunnel's
/// metrics.
public final class MeshMetrics {

  /// Series per traffic metric.
  public static final int MOST_TRAFFIC_SERIES = 10_000;

  private static final int MOST_POLICY_SERIES = 10_000;
  private static final int MOST_SMALL_SERIES = 200;

  private static final String[] TRAFFIC_LABELS = {
    "reporter",
    "source_workload",
    "source_canonical_service",
    "source_canonical_revision",
    "source_workload_namespace",
    "source_principal",
    "source_app",
    "source_version",
    "source_cluster",
    "destination_service",
    "destination_service_namespace",
    "destination_service_name",
    "destination_workload",
    "destination_canonical_service",
    "destination_canonical_revision",
    "destination_workload_namespace",
    "destination_principal",
    "destination_app",
    "destination_version",
    "destination_cluster",
    "request_protocol",
    "response_flags",
    "connection_security_policy",
    "source_region",
    "source_zone",
    "destination_region",
    "destination_zone"
  };

  private static final String[] HOSTNAME_LABELS = {
    "source_workload",
    "source_canonical_service",
    "source_canonical_revision",
    "source_workload_namespace",
    "source_principal",
    "source_app",
    "source_version",
    "source_cluster",
    "hostname"
  };

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();
  private final BoundedCounter opened;
  private final BoundedCounter closed;
  private final BoundedCounter failed;
  private final BoundedCounter received;
  private final BoundedCounter sent;
  private final BoundedCounter decisions;
  private final BoundedCounter shadowDecisions;
  private final BoundedCounter connectionsClosed;
  private final BoundedCounter hostnameLookups;
  private final Gauge socketsOpen;
  private final Set<ConnectionMeter> open = ConcurrentHashMap.newKeySet();

  private MeshMetrics(String component, String version, int mostTrafficSeries) {
    opened = traffic("istio_tcp_connections_opened", "TCP connections opened", mostTrafficSeries);
    closed = traffic("istio_tcp_connections_closed", "TCP connections closed", mostTrafficSeries);
    failed = traffic("istio_tcp_connections_failed", "TCP connections failed", mostTrafficSeries);
    received = traffic("istio_tcp_received_bytes", "bytes from clients", mostTrafficSeries);
    sent = traffic("istio_tcp_sent_bytes", "bytes to clients", mostTrafficSeries);
    decisions = byPolicy("sluice_decisions", "Decisions by layer, outcome and deciding policy");
    shadowDecisions =
        byPolicy(
            "sluice_shadow_decisions",
            "What policies on trial would decide, by layer, outcome and policy on trial");
    connectionsClosed =
        counter(
            "sluice_connections_closed",
            "Connections ended, by reason",
            MOST_SMALL_SERIES,
            "reason");
    hostnameLookups =
        counter(
            "istio_on_demand_dns",
            "Host names of workloads looked up to connect to them",
            mostTrafficSeries,
            HOSTNAME_LABELS);
    socketsOpen =
        Gauge.builder()
            .name("istio_tcp_sockets_open")
            .help("Sockets of clients that are open; tunnels share one")
            .labelNames("reporter")
            .register(registry);
    ProcessMetrics.register(this);
    gauge(
        "istio_build",
        "What is running",
        () -> 1,
        new Label("component", component),
        new Label("tag", version));
  }

  /// Metrics of a proxy, for example of component `ztunnel`.
  public static MeshMetrics of(String component, String version) {
    return new MeshMetrics(component, version, MOST_TRAFFIC_SERIES);
  }

  static MeshMetrics bounded(int mostTrafficSeries) {
    return new MeshMetrics("test", "test", mostTrafficSeries);
  }

  private BoundedCounter byPolicy(String name, String help) {
    return counter(name, help, MOST_POLICY_SERIES, "layer", "decision", "policy");
  }

  private BoundedCounter traffic(String name, String help, int mostSeries) {
    return counter(name, help, mostSeries, TRAFFIC_LABELS);
  }

  /// Registers a counter with at most `mostSeries` series; its exposed name gets `_total`.
  public BoundedCounter counter(String name, String help, int mostSeries, String... labels) {
    return BoundedCounter.register(registry, name, help, mostSeries, labels);
  }

  /// A label with its fixed value.
  public record Label(String name, String value) {}

  /// Registers a gauge that is read when scraped; NaN leaves it out.
  public void gauge(String name, String help, DoubleSupplier value, Label... labels) {
    var names = new String[labels.length];
    var values = new String[labels.length];
    for (int i = 0; i < labels.length; i++) {
      names[i] = labels[i].name();
      values[i] = labels[i].value();
    }
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(names)
        .callback(callback -> {
          double now = value.getAsDouble();
          if (!Double.isNaN(now)) {
            callback.call(now, values);
          }
        })
        .register(registry);
  }

  /// Where other metrics of the same proxy are registered.
  public PrometheusRegistry registry() {
    return registry;
  }

  /// Counts a connection as opened and meters it until it is closed.
  public ConnectionMeter open(Traffic traffic) {
    String[] labels = labels(traffic, ResponseFlag.NONE);
    opened.at(labels).inc();
    var meter =
        new ConnectionMeter(
            received.at(labels), sent.at(labels), (ended, flag) -> closed(ended, traffic, flag));
    open.add(meter);
    return meter;
  }

  private void closed(ConnectionMeter meter, Traffic traffic, ResponseFlag flag) {
    open.remove(meter);
    String[] labels = labels(traffic, flag);
    closed.at(labels).inc();
    if (flag != ResponseFlag.NONE) {
      failed.at(labels).inc();
    }
  }

  /// Counts a client's socket as open until the result is run.
  public Runnable socketOpened(Traffic.Reporter reporter) {
    var sockets = socketsOpen.labelValues(reporter.text());
    sockets.inc();
    return sockets::dec;
  }

  /// Counts a look-up of a workload's host name, for a connection by `source`.
  public void hostnameLookedUp(Party source, String hostname) {
    hostnameLookups
        .at(
            source.workload(),
            source.canonicalService(),
            source.canonicalRevision(),
            source.namespace(),
            source.principal(),
            source.canonicalService(),
            source.canonicalRevision(),
            source.cluster(),
            hostname)
        .inc();
  }

  /// Counts a decision; `layer` is `l4` or `l7`.
  public void decided(String layer, Verdict verdict) {
    PolicyId policy = verdict.cause().policy();
    String decision = outcome(verdict);
    decisions
        .at(layer, decision, policy == null ? verdict.cause().code() : policy.toString())
        .inc();
  }

  /// Counts what would be decided if `trial` were enforced; nothing depends on it.
  public void rehearsed(String layer, PolicyId trial, Verdict wouldBe) {
    shadowDecisions.at(layer, outcome(wouldBe), trial.toString()).inc();
  }

  private static String outcome(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Allow _ -> "allow";
      case Verdict.Deny _ -> "deny";
      case Verdict.Reject _ -> "reject";
    };
  }

  /// Counts the end of a connection by its reason.
  public void connectionClosed(String reason) {
    connectionsClosed.at(reason).inc();
  }

  /// A rendering of all metrics.
  public interface Exposition {
    String contentType();

    void writeTo(OutputStream out) throws IOException;
  }

  /// All metrics in the format that an `Accept` header asks for; Prometheus text otherwise.
  public Exposition exposition(@Nullable String accept) {
    var writer = formats.findWriter(accept);
    return new Exposition() {
      @Override
      public String contentType() {
        return writer.getContentType();
      }

      @Override
      public void writeTo(OutputStream out) throws IOException {
        open.forEach(ConnectionMeter::catchUp);
        writer.write(out, registry.scrape());
      }
    };
  }

  private static String[] labels(Traffic traffic, ResponseFlag flag) {
    Party source = traffic.source();
    Party destination = traffic.destination();
    Service service = traffic.service();
    return new String[] {
      traffic.reporter().text(),
      source.workload(),
      source.canonicalService(),
      source.canonicalRevision(),
      source.namespace(),
      source.principal(),
      source.canonicalService(),
      source.canonicalRevision(),
      source.cluster(),
      service == null ? Party.UNKNOWN : service.hostname(),
      service == null ? Party.UNKNOWN : service.namespace(),
      service == null ? Party.UNKNOWN : service.name(),
      destination.workload(),
      destination.canonicalService(),
      destination.canonicalRevision(),
      destination.namespace(),
      destination.principal(),
      destination.canonicalService(),
      destination.canonicalRevision(),
      destination.cluster(),
      "tcp",
      flag.text(),
      traffic.security().text(),
      source.region(),
      source.zone(),
      destination.region(),
      destination.zone()
    };
  }
}
