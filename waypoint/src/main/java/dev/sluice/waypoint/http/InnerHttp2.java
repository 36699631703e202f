package dev.sluice.waypoint.http;

import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.WeightedFairQueueByteDistributor;

/// HTTP/2 as it is spoken inside tunnels, with prior knowledge and without push.
///
/// The sender's quantum is raised from 1 KiB, which would cut every busy stream into tiny frames.
public final class InnerHttp2 {

  private static final int STREAM_WINDOW = 256 * 1024;
  private static final int QUANTUM = 16 * 1024;
  private static final int MOST_STREAMS = 100;
  private static final int MOST_RESETS = 2_000;
  private static final int RESET_SECONDS = 30;

  private InnerHttp2() {}

  /// A codec for connections that clients open; resets beyond 2,000 in 30 s end the connection
  /// (CVE-2023-44487, CVE-2025-55163).
  public static Http2FrameCodec server(HttpLimits limits) {
    Http2Settings settings =
        Http2Settings.defaultSettings()
            .initialWindowSize(STREAM_WINDOW)
            .maxConcurrentStreams(MOST_STREAMS)
            .maxHeaderListSize(limits.headerBytes());
    return new Builder(true)
        .initialSettings(settings)
        .decoderEnforceMaxRstFramesPerWindow(MOST_RESETS, RESET_SECONDS)
        .encoderEnforceMaxRstFramesPerWindow(MOST_RESETS, RESET_SECONDS)
        .build();
  }

  /// A codec for connections to endpoints.
  public static Http2FrameCodec client() {
    Http2Settings settings =
        Http2Settings.defaultSettings()
            .initialWindowSize(STREAM_WINDOW)
            .pushEnabled(false)
            .maxHeaderListSize(HttpLimits.standard().headerBytes());
    return new Builder(false).initialSettings(settings).build();
  }

  private static final class Builder extends Http2FrameCodecBuilder {
    Builder(boolean server) {
      var connection = new DefaultHttp2Connection(server);
      var distributor = new WeightedFairQueueByteDistributor(connection);
      distributor.allocationQuantum(QUANTUM);
      connection
          .remote()
          .flowController(new DefaultHttp2RemoteFlowController(connection, distributor));
      connection(connection);
      gracefulShutdownTimeoutMillis(0);
    }
  }
}
