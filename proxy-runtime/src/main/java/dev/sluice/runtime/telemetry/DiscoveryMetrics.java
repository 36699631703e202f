package dev.sluice.runtime.telemetry;

/// What the discovery client counts. Source of names, labels and words: ztunnel's xDS metrics.
public final class DiscoveryMetrics {

  private static final int MOST_SERIES = 50;

  /// Why a connection to the control plane ended.
  public enum Termination {
    CONNECTION_ERROR("ConnectionError"),
    ERROR("Error"),
    RECONNECT("Reconnect"),
    COMPLETE("Complete");

    private final String text;

    Termination(String text) {
      this.text = text;
    }
  }

  private final BoundedCounter terminations;
  private final BoundedCounter messages;
  private final BoundedCounter bytes;

  /// Registers the metrics; once per proxy.
  public DiscoveryMetrics(MeshMetrics metrics) {
    terminations =
        metrics.counter(
            "istio_xds_connection_terminations",
            "Connections to the control plane that ended, by reason",
            MOST_SERIES,
            "reason");
    messages =
        metrics.counter(
            "istio_xds_message", "Messages received, by resource type", MOST_SERIES, "url");
    bytes =
        metrics.counter(
            "istio_xds_message_bytes", "Bytes received, by resource type", MOST_SERIES, "url");
  }

  /// Counts the end of a connection.
  public void terminated(Termination reason) {
    terminations.at(reason.text).inc();
  }

  /// Counts a message with resources of type `url`.
  public void received(String url, long size) {
    messages.at(url).inc();
    bytes.at(url).inc(size);
  }
}
