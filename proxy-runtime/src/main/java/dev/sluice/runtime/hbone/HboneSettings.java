package dev.sluice.runtime.hbone;

import java.time.Duration;

/// The limits and times of HBONE connections; the defaults are what upstream ztunnel uses.
public record HboneSettings(Http2 http2, Pool pool, Timeouts timeouts, Limits limits) {

  /// What a connection advertises and enforces, in bytes and streams.
  ///
  /// The connection window is several times the stream window so that one unread stream cannot
  /// stall the others. `maxResets` RST_STREAM frames are tolerated per 30 s: a reset here is a
  /// reset of some application's connection, so the limit is high on purpose.
  public record Http2(
      int streamWindow,
      int connectionWindow,
      int maxFrameSize,
      int maxConcurrentStreams,
      int maxResets) {

    /// @throws IllegalArgumentException when the windows or the frame size are out of RFC 9113's
    ///   range or the connection window is smaller than twice the stream window
    public Http2 {
      check(streamWindow >= 65_535, "stream window below 65535");
      check(connectionWindow >= 2L * streamWindow, "connection window below two stream windows");
      check(maxFrameSize >= 16_384 && maxFrameSize < 1 << 24, "frame size outside 2^14..2^24-1");
      check(maxConcurrentStreams > 0, "no concurrent streams");
      check(maxResets > 0, "no resets");
    }

    public Http2 withMaxConcurrentStreams(int streams) {
      return new Http2(streamWindow, connectionWindow, maxFrameSize, streams, maxResets);
    }

    public Http2 withMaxResets(int resets) {
      return new Http2(streamWindow, connectionWindow, maxFrameSize, maxConcurrentStreams, resets);
    }
  }

  /// Bounds of the client pool, per target and event loop.
  public record Pool(
      int streamsPerConnection, int connectionsPerTarget, int waitersPerTarget, Duration unused) {

    /// @throws IllegalArgumentException when a bound is not positive
    public Pool {
      check(streamsPerConnection > 0, "no streams per connection");
      check(connectionsPerTarget > 0, "no connections per target");
      check(waitersPerTarget > 0, "no waiters per target");
    }

    public Pool withStreamsPerConnection(int streams) {
      return new Pool(streams, connectionsPerTarget, waitersPerTarget, unused);
    }

    public Pool withConnectionsPerTarget(int connections) {
      return new Pool(streamsPerConnection, connections, waitersPerTarget, unused);
    }

    public Pool withWaitersPerTarget(int waiters) {
      return new Pool(streamsPerConnection, connectionsPerTarget, waiters, unused);
    }

    public Pool withUnused(Duration time) {
      return new Pool(streamsPerConnection, connectionsPerTarget, waitersPerTarget, time);
    }
  }

  /// How long each step may take; PING goes out every `pingInterval` after the last answer.
  public record Timeouts(
      Duration connect,
      Duration handshake,
      Duration response,
      Duration pingInterval,
      Duration pingTimeout) {

    public Timeouts withResponse(Duration time) {
      return new Timeouts(connect, handshake, time, pingInterval, pingTimeout);
    }

    public Timeouts withHandshake(Duration time) {
      return new Timeouts(connect, time, response, pingInterval, pingTimeout);
    }

    public Timeouts withPing(Duration interval, Duration timeout) {
      return new Timeouts(connect, handshake, response, interval, timeout);
    }
  }

  /// What a listener takes from its peers, of which each is one address.
  ///
  /// `controlFrames` (PING, SETTINGS) and `abandonedTunnels` (reset before they were answered) are
  /// per connection and 10 s.
  public record Limits(
      int connections,
      int connectionsPerPeer,
      int handshakes,
      int handshakesPerPeer,
      int controlFrames,
      int abandonedTunnels) {

    public Limits withConnections(int total, int perPeer) {
      return new Limits(
          total, perPeer, handshakes, handshakesPerPeer, controlFrames, abandonedTunnels);
    }

    public Limits withHandshakes(int total, int perPeer) {
      return new Limits(
          connections, connectionsPerPeer, total, perPeer, controlFrames, abandonedTunnels);
    }
  }

  /// 4 MiB and 16 MiB windows, 1 MiB frames, 200 streams in, 100 out per connection.
  public static HboneSettings defaults() {
    Duration ten = Duration.ofSeconds(10);
    return new HboneSettings(
        new Http2(4 << 20, 16 << 20, 1 << 20, 200, 100_000),
        new Pool(100, 64, 10_000, Duration.ofMinutes(5)),
        new Timeouts(ten, ten, ten, ten, Duration.ofSeconds(20)),
        new Limits(16_384, 1_024, 512, 64, 2_000, 500));
  }

  public HboneSettings withHttp2(Http2 value) {
    return new HboneSettings(value, pool, timeouts, limits);
  }

  public HboneSettings withPool(Pool value) {
    return new HboneSettings(http2, value, timeouts, limits);
  }

  public HboneSettings withTimeouts(Timeouts value) {
    return new HboneSettings(http2, pool, value, limits);
  }

  public HboneSettings withLimits(Limits value) {
    return new HboneSettings(http2, pool, timeouts, value);
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
