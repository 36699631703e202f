package dev.sluice.runtime.telemetry;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import java.util.function.LongSupplier;

/// The metrics of one open connection, with its labels already looked up.
///
/// A connection that is followed costs nothing while it carries bytes: whoever scrapes the metrics
/// asks it how far it is.
public final class ConnectionMeter {

  /// Labels of a closed connection depend on how it ended.
  @FunctionalInterface
  interface Closed {
    void count(ConnectionMeter meter, ResponseFlag flag);
  }

  private final Direction received;
  private final Direction sent;
  private final Closed closed;

  ConnectionMeter(CounterDataPoint received, CounterDataPoint sent, Closed closed) {
    this.received = new Direction(received);
    this.sent = new Direction(sent);
    this.closed = closed;
  }

  /// Reads the totals from here whenever metrics are scraped; from any thread.
  ///
  /// @param bytesReceived bytes that came from the downstream client so far
  /// @param bytesSent bytes that went to the downstream client so far
  public void follow(LongSupplier bytesReceived, LongSupplier bytesSent) {
    received.total = bytesReceived;
    sent.total = bytesSent;
  }

  /// Counts bytes that came from the downstream client; `total` since the connection was opened.
  public void received(long total) {
    received.upTo(total);
  }

  /// Counts bytes that went to the downstream client; `total` since the connection was opened.
  public void sent(long total) {
    sent.upTo(total);
  }

  /// Counts the end; once per connection.
  public void closed(ResponseFlag flag) {
    follow(ConnectionMeter::nothing, ConnectionMeter::nothing);
    closed.count(this, flag);
  }

  private static long nothing() {
    return 0;
  }

  void catchUp() {
    received.upTo(received.total.getAsLong());
    sent.upTo(sent.total.getAsLong());
  }

  private static final class Direction {
    private final CounterDataPoint counter;
    private volatile LongSupplier total = ConnectionMeter::nothing;
    private long counted;

    Direction(CounterDataPoint counter) {
      this.counter = counter;
    }

    // A scrape and the end of the connection may meet here.
    synchronized void upTo(long bytes) {
      if (bytes > counted) {
        counter.inc(bytes - counted);
        counted = bytes;
      }
    }
  }
}
