package dev.sluice.runtime.process;

import dev.sluice.runtime.hbone.HboneSettings;

/// Reads what can be set about HBONE connections, under upstream's names.
///
/// Source: ztunnel's configuration.
public final class TunnelSettings {

  private static final int LARGEST_WINDOW = 1 << 30;

  private TunnelSettings() {}

  /// Reads the settings; problems are left with `environment`.
  public static HboneSettings read(Environment environment) {
    var defaults = HboneSettings.defaults();
    var http2 = defaults.http2();
    var pool = defaults.pool();
    int stream =
        environment.number(
            "HTTP2_STREAM_WINDOW_SIZE", http2.streamWindow(), 65_535, LARGEST_WINDOW);
    int connection =
        environment.number(
            "HTTP2_CONNECTION_WINDOW_SIZE", http2.connectionWindow(), 65_535, LARGEST_WINDOW);
    int frame = environment.number("HTTP2_FRAME_SIZE", http2.maxFrameSize(), 16_384, (1 << 24) - 1);
    if (connection < 2L * stream) {
      environment.problem(
          "HTTP2_CONNECTION_WINDOW_SIZE has to be at least twice HTTP2_STREAM_WINDOW_SIZE");
      return defaults;
    }
    return defaults
        .withHttp2(
            new HboneSettings.Http2(
                stream, connection, frame, http2.maxConcurrentStreams(), http2.maxResets()))
        .withPool(
            pool.withStreamsPerConnection(
                    environment.number(
                        "POOL_MAX_STREAMS_PER_CONNECTION", pool.streamsPerConnection(), 1, 100_000))
                .withUnused(environment.duration("POOL_UNUSED_RELEASE_TIMEOUT", pool.unused())));
  }
}
