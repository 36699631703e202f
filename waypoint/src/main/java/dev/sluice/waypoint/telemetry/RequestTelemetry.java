package dev.sluice.waypoint.telemetry;

import dev.sluice.engine.policy.Verdict;
import dev.sluice.runtime.mesh.Endpoint;
import dev.sluice.runtime.mesh.Service;
import dev.sluice.runtime.mesh.StaticMesh;
import dev.sluice.runtime.mesh.Workload;
import dev.sluice.runtime.telemetry.AccessEntry;
import dev.sluice.runtime.telemetry.AccessLog;
import dev.sluice.runtime.telemetry.BoundedCounter;
import dev.sluice.runtime.telemetry.MeshMetrics;
import dev.sluice.runtime.telemetry.Party;
import dev.sluice.waypoint.decision.Client;
import dev.sluice.waypoint.decision.Trace;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Writes the access log and counts requests.
///
/// Names, labels and buckets are those of Istio's waypoints, `reporter="waypoint"`; every metric
/// has a bounded number of series.
public final class RequestTelemetry {

  private static final int MOST_SERIES = 10_000;
  private static final String UNKNOWN = "unknown";
  private static final String[] LABELS = {
    "reporter",
    "source_workload",
    "source_canonical_service",
    "source_canonical_revision",
    "source_workload_namespace",
    "source_principal",
    "source_app",
    "source_version",
    "source_cluster",
    "destination_workload",
    "destination_workload_namespace",
    "destination_principal",
    "destination_app",
    "destination_version",
    "destination_service",
    "destination_canonical_service",
    "destination_canonical_revision",
    "destination_service_name",
    "destination_service_namespace",
    "destination_cluster",
    "request_protocol",
    "response_code",
    "grpc_response_status",
    "response_flags",
    "connection_security_policy"
  };
  private static final double[] MILLISECONDS = {
    0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000,
    600_000, 1_800_000, 3_600_000
  };

  private final AccessLog log = new AccessLog();
  private final MeshMetrics metrics;
  private final Supplier<StaticMesh> mesh;
  private final BoundedCounter requests;
  private final Histogram durations;
  private final Set<List<String>> timed = ConcurrentHashMap.newKeySet();

  public RequestTelemetry(MeshMetrics metrics, Supplier<StaticMesh> mesh) {
    this.metrics = metrics;
    this.mesh = mesh;
    this.requests = metrics.counter("istio_requests", "Requests served", MOST_SERIES, LABELS);
    this.durations =
        Histogram.builder()
            .name("istio_request_duration_milliseconds")
            .help("Time from the head of a request to the end of its response")
            .classicOnly()
            .classicUpperBounds(MILLISECONDS)
            .labelNames(LABELS)
            .register(metrics.registry());
  }

  /// Tells about a request that is over.
  public void complete(RequestRecord request) {
    Trace trace = request.trace();
    Verdict verdict = trace == null ? null : trace.verdict();
    if (verdict != null) {
      metrics.decided("waypoint", verdict);
    }
    long millis = request.millis();
    String[] labels = labels(request);
    requests.at(labels).inc();
    List<String> key = List.of(labels);
    if (timed.contains(key) || (timed.size() < MOST_SERIES && timed.add(key))) {
      durations.labelValues(labels).observe((double) millis);
    }
    AccessEntry entry = entry(request, trace, millis);
    if (request.status() == 0 || request.failure() != null) {
      var failure = request.failure();
      log.failed("request", entry, failure == null ? request.reason() : failure.detail());
    } else {
      log.complete("request", entry);
    }
  }

  private AccessEntry entry(RequestRecord request, @Nullable Trace trace, long millis) {
    var entry = new AccessEntry();
    addParties(entry, request, trace);
    entry
        .with("direction", "inbound")
        .with("protocol", request.version().text())
        .with("method", request.method())
        .with("authority", request.authority())
        .with("request_id", request.requestId())
        .with("path", request.path())
        .with("status", request.status())
        .with("bytes_recv", request.receivedBytes())
        .with("bytes_sent", request.sentBytes())
        .with("duration", millis + "ms");
    if (trace != null && trace.route() != null) {
      entry.with("route", trace.route().toString());
    }
    Verdict verdict = trace == null ? null : trace.verdict();
    if (verdict != null) {
      entry.decidedBy(verdict);
    }
    return entry.with("response_details", request.reason());
  }

  private void addParties(AccessEntry entry, RequestRecord request, @Nullable Trace trace) {
    var client = request.client();
    entry.with("src.addr", client.source().getHostAddress());
    workload(client)
        .ifPresent(workload ->
            entry
                .with("src.workload", workload.name())
                .with("src.namespace", workload.namespace()));
    entry
        .with("src.identity", client.peer().id().uri())
        .with("dst.vip", client.service().toString());
    Service service = trace == null ? null : trace.service();
    if (service != null) {
      entry.with("dst.service", service.hostname());
    }
    Endpoint endpoint = request.endpoint();
    if (endpoint != null) {
      var workload = endpoint.workload();
      String address = workload.addresses().getFirst().getHostAddress();
      entry
          .with("dst.addr", address + ":" + endpoint.port())
          .with("dst.workload", workload.name())
          .with("dst.namespace", workload.namespace())
          .with("dst.identity", workload.identity().uri());
    }
  }

  private String[] labels(RequestRecord request) {
    Party source = source(request);
    Endpoint endpoint = request.endpoint();
    Party destination =
        endpoint == null
            ? Party.unknown()
            : Party.of(endpoint.workload()).provenAs(endpoint.workload().identity());
    Trace trace = request.trace();
    Service service = trace == null ? null : trace.service();
    String grpcStatus = request.grpcStatusCode();
    return new String[] {
      "waypoint",
      source.workload(),
      source.canonicalService(),
      source.canonicalRevision(),
      source.namespace(),
      source.principal(),
      source.canonicalService(),
      source.canonicalRevision(),
      source.cluster(),
      destination.workload(),
      destination.namespace(),
      destination.principal(),
      destination.canonicalService(),
      destination.canonicalRevision(),
      service == null ? UNKNOWN : service.hostname(),
      destination.canonicalService(),
      destination.canonicalRevision(),
      service == null ? UNKNOWN : service.name(),
      service == null ? UNKNOWN : service.namespace(),
      destination.cluster(),
      request.isGrpc() ? "grpc" : "http",
      String.valueOf(request.status()),
      grpcStatus == null ? "" : grpcStatus,
      flag(request),
      "mutual_tls"
    };
  }

  private Party source(RequestRecord request) {
    return workload(request.client())
        .map(Party::of)
        .orElseGet(Party::unknown)
        .provenAs(request.client().peer());
  }

  /// The client's workload, if the one at its address has the identity that was proven.
  private Optional<Workload> workload(Client client) {
    return mesh.get()
        .workload(client.source())
        .filter(workload -> workload.identity().equals(client.peer().id()));
  }

  /// Envoy's response flags, as far as they have a meaning here.
  private static String flag(RequestRecord request) {
    if (request.failure() != null) {
      return request.failure().code().equals("connection_lost") ? "UC" : "UF";
    }
    return switch (request.reason()) {
      case "request_timeout" -> "UT";
      case "no_healthy_endpoint" -> "UH";
      case "no_route_matched", "unknown_destination", "not_bound_here" -> "NR";
      case "client_gone" -> "DC";
      default -> request.status() == 0 ? "DC" : "-";
    };
  }
}
