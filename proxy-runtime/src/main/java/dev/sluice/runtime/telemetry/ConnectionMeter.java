package dev.sluice.runtime.telemetry;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;

/// The metrics of one open connection, with its labels already looked up.
public final class ConnectionMeter {

  /// Labels of a closed connection depend on how it ended.
  @FunctionalInterface
  interface Closed {
    void count(ResponseFlag flag);
  }

  private final CounterDataPoint received;
  private final CounterDataPoint sent;
  private final Closed closed;

  ConnectionMeter(CounterDataPoint received, CounterDataPoint sent, Closed closed) {
    this.received = received;
    this.sent = sent;
    this.closed = closed;
  }

  /// Counts bytes that came from the downstream client.
  public void received(long bytes) {
    received.inc(bytes);
  }

  /// Counts bytes that went to the downstream client.
  public void sent(long bytes) {
    sent.inc(bytes);
  }

  /// Counts the end; once per connection.
  public void closed(ResponseFlag flag) {
    closed.count(flag);
  }
}
