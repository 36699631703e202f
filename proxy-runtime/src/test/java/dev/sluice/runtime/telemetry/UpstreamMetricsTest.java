package dev.sluice.runtime.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Compares names and labels with the list of Istio ztunnel's metrics.
class UpstreamMetricsTest {

  private static final String TRAFFIC =
      "reporter source_workload source_canonical_service source_canonical_revision"
          + " source_workload_namespace source_principal source_app source_version source_cluster"
          + " destination_service destination_service_namespace destination_service_name"
          + " destination_workload destination_canonical_service destination_canonical_revision"
          + " destination_workload_namespace destination_principal destination_app"
          + " destination_version destination_cluster request_protocol response_flags"
          + " connection_security_policy source_region source_zone destination_region"
          + " destination_zone";
  private static final String DNS =
      "request_query_type request_protocol source_canonical_service source_canonical_revision";
  private static final Map<String, String> UPSTREAM =
      Map.ofEntries(
          Map.entry("istio_tcp_connections_opened_total", TRAFFIC),
          Map.entry("istio_tcp_connections_closed_total", TRAFFIC),
          Map.entry("istio_tcp_connections_failed_total", TRAFFIC),
          Map.entry("istio_tcp_received_bytes_total", TRAFFIC),
          Map.entry("istio_tcp_sent_bytes_total", TRAFFIC),
          Map.entry("istio_tcp_sockets_open", "reporter"),
          Map.entry(
              "istio_on_demand_dns_total",
              "source_workload source_canonical_service source_canonical_revision"
                  + " source_workload_namespace source_principal source_app source_version"
                  + " source_cluster hostname"),
          Map.entry("istio_crl_policy_rejections_total", "reporter"),
          Map.entry("istio_crl_untracked_connections_total", "reporter"),
          Map.entry("istio_xds_connection_terminations_total", "reason"),
          Map.entry("istio_xds_message_total", "url"),
          Map.entry("istio_xds_message_bytes_total", "url"),
          Map.entry("istio_dns_requests_total", DNS),
          Map.entry("istio_dns_upstream_requests_total", DNS),
          Map.entry("istio_dns_upstream_failures_total", DNS),
          Map.entry("istio_dns_upstream_request_duration_seconds_count", DNS),
          Map.entry("istio_dns_upstream_request_duration_seconds_sum", DNS),
          Map.entry("istio_dns_upstream_request_duration_seconds_bucket", DNS + " le"),
          Map.entry("istio_build", "component tag"),
          Map.entry("workload_manager_active_proxy_count", ""),
          Map.entry("workload_manager_pending_proxy_count", ""),
          Map.entry("workload_manager_proxies_started_total", ""),
          Map.entry("workload_manager_proxies_stopped_total", ""),
          Map.entry("process_open_fds", ""),
          Map.entry("process_max_fds", ""));

  private static String text(MeshMetrics metrics) throws IOException {
    var out = new ByteArrayOutputStream();
    metrics.exposition("application/openmetrics-text").writeTo(out);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static void useEverything(MeshMetrics metrics) {
    var traffic =
        new Traffic(
            Traffic.Reporter.SOURCE,
            Party.unknown(),
            Party.unknown(),
            null,
            Traffic.Security.UNKNOWN);
    metrics.open(traffic).closed(ResponseFlag.CERT_REVOKED);
    metrics.socketOpened(Traffic.Reporter.SOURCE);
    metrics.hostnameLookedUp(Party.unknown(), "db.example.com");
    var revocation = new RevocationMetrics(metrics);
    revocation.rejected(Traffic.Reporter.SOURCE);
    revocation.untracked(Traffic.Reporter.DESTINATION);
    var discovery = new DiscoveryMetrics(metrics);
    discovery.terminated(DiscoveryMetrics.Termination.RECONNECT);
    discovery.received("type.googleapis.com/istio.workload.Address", 10);
    var request = new DnsMetrics.Request("AAAA", DnsMetrics.Protocol.UDP, null);
    var dns = new DnsMetrics(metrics);
    dns.requested(request);
    dns.forwardFailed(request, Duration.ofMillis(5));
    var enrolment = new EnrolmentMetrics(metrics, () -> 2, () -> 1);
    enrolment.started();
    enrolment.stopped();
  }

  /// Label names by metric, of every line.
  private static Map<String, Set<String>> exposed(String text) {
    var result = new TreeMap<String, Set<String>>();
    text.lines()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.substring(0, line.lastIndexOf(' ')))
        .forEach(series -> {
          int brace = series.indexOf('{');
          var labels = new TreeSet<String>();
          if (brace > 0) {
            String inside = series.substring(brace + 1, series.lastIndexOf('}'));
            for (String label : inside.split("\",?", -1)) {
              int equals = label.indexOf('=');
              if (equals > 0) {
                labels.add(label.substring(0, equals));
              }
            }
          }
          result.put(brace > 0 ? series.substring(0, brace) : series, labels);
        });
    return result;
  }

  @Test
  void every_metric_of_upstream_is_there_with_exactly_its_labels() throws IOException {
    var metrics = MeshMetrics.of("ztunnel", "1");
    useEverything(metrics);

    var exposed = exposed(text(metrics));
    var wanted = new TreeMap<String, Set<String>>();
    UPSTREAM.forEach((name, labels) -> {
      var set = new TreeSet<>(Arrays.asList(labels.split(" ", -1)));
      set.remove("");
      wanted.put(name, set);
    });
    assertThat(exposed).containsAllEntriesOf(wanted);
  }

  @Test
  void values_are_the_words_of_upstream() throws IOException {
    var metrics = MeshMetrics.of("ztunnel", "1");
    useEverything(metrics);

    assertThat(text(metrics))
        .contains("response_flags=\"CERT_REVOKED\"")
        .contains("request_query_type=\"aaaa\"")
        .contains("request_protocol=\"udp\"")
        .contains("source_canonical_service=\"unknown\"")
        .contains("istio_xds_connection_terminations_total{reason=\"Reconnect\"} 1.0")
        .contains("istio_tcp_sockets_open{reporter=\"source\"} 1.0")
        .contains("le=\"5.0E-4\"", "le=\"0.001\"", "le=\"0.01\"", "le=\"0.1\"", "le=\"1.0\"")
        .contains("le=\"5.0\"", "le=\"+Inf\"")
        .contains("workload_manager_active_proxy_count 2.0")
        .containsPattern("process_open_fds [1-9]")
        .containsPattern("sluice_heap_used_bytes [1-9]")
        .containsPattern("sluice_direct_memory_used_bytes [0-9]")
        .containsPattern("sluice_threads [1-9]");
  }

  @Test
  void a_client_that_invents_query_types_makes_no_more_series_than_allowed() throws IOException {
    var metrics = MeshMetrics.of("ztunnel", "1");
    var dns = new DnsMetrics(metrics);
    for (int type = 0; type < DnsMetrics.MOST_SERIES + 50; type++) {
      var request = new DnsMetrics.Request("TYPE" + type, DnsMetrics.Protocol.TCP, null);
      dns.requested(request);
      dns.forwarded(request, Duration.ofMillis(1));
    }

    String text = text(metrics);
    assertThat(text.lines().filter(line -> line.startsWith("istio_dns_requests_total{")))
        .hasSize(DnsMetrics.MOST_SERIES + 1)
        .filteredOn(line -> line.contains("request_query_type=\"overflow\""))
        .singleElement()
        .asString()
        .endsWith(" 50.0");
    assertThat(
            text.lines()
                .filter(
                    line -> line.startsWith("istio_dns_upstream_request_duration_seconds_count{")))
        .hasSize(DnsMetrics.MOST_SERIES + 1);
  }

  @Test
  void bytes_of_an_open_connection_are_counted_when_asked_for() throws IOException {
    var metrics = MeshMetrics.of("ztunnel", "1");
    var meter =
        metrics.open(
            new Traffic(
                Traffic.Reporter.SOURCE,
                Party.unknown(),
                Party.unknown(),
                null,
                Traffic.Security.UNKNOWN));
    meter.follow(() -> 100, () -> 7);

    assertThat(text(metrics)).containsPattern("istio_tcp_received_bytes_total\\{.*\\} 100.0");
    assertThat(text(metrics)).containsPattern("istio_tcp_sent_bytes_total\\{.*\\} 7.0");
    meter.received(130);
    meter.sent(7);
    meter.closed(ResponseFlag.NONE);
    assertThat(text(metrics))
        .containsPattern("istio_tcp_received_bytes_total\\{.*\\} 130.0")
        .containsPattern("istio_tcp_sent_bytes_total\\{.*\\} 7.0");
  }
}
