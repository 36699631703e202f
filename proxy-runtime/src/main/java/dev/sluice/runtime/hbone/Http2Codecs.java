package dev.sluice.runtime.hbone;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.WeightedFairQueueByteDistributor;

/// Builds HTTP/2 codecs for tunnels: wide windows, large frames, limits set on purpose.
final class Http2Codecs extends Http2FrameCodecBuilder {

  private static final int MAX_HEADER_LIST = 64 * 1024;
  private static final int RESET_WINDOW_SECONDS = 30;

  /// What one stream may send in a turn: with Netty's 1 KiB, two busy streams send 1 KiB frames.
  private static final int QUANTUM = 64 * 1024;

  private Http2Codecs(Http2Connection connection, HboneSettings.Http2 limits) {
    WeightedFairQueueByteDistributor turns = new WeightedFairQueueByteDistributor(connection);
    turns.allocationQuantum(QUANTUM);
    connection.remote().flowController(new DefaultHttp2RemoteFlowController(connection, turns));
    connection(connection);
    gracefulShutdownTimeoutMillis(0);
    encoderEnforceMaxConcurrentStreams(false);
    decoderEnforceMaxRstFramesPerWindow(limits.maxResets(), RESET_WINDOW_SECONDS);
    encoderEnforceMaxRstFramesPerWindow(limits.maxResets(), RESET_WINDOW_SECONDS);
  }

  static Http2FrameCodec server(HboneSettings.Http2 limits) {
    Http2Codecs builder = new Http2Codecs(new DefaultHttp2Connection(true), limits);
    return builder
        .initialSettings(settings(limits).maxConcurrentStreams(limits.maxConcurrentStreams()))
        .build();
  }

  static Http2FrameCodec client(HboneSettings.Http2 limits) {
    Http2Codecs builder = new Http2Codecs(new DefaultHttp2Connection(false), limits);
    return builder.initialSettings(settings(limits).pushEnabled(false)).build();
  }

  private static Http2Settings settings(HboneSettings.Http2 limits) {
    return Http2Settings.defaultSettings()
        .initialWindowSize(limits.streamWindow())
        .maxFrameSize(limits.maxFrameSize())
        .maxHeaderListSize(MAX_HEADER_LIST);
  }

  /// Adds `codec` to a connected pipeline and widens the connection's window, which SETTINGS
  /// cannot.
  static void install(ChannelPipeline pipeline, Http2FrameCodec codec, HboneSettings.Http2 limits) {
    pipeline.addLast("http2", codec);
    Http2Connection connection = codec.connection();
    Http2LocalFlowController window = connection.local().flowController();
    try {
      window.incrementWindowSize(
          connection.connectionStream(),
          limits.connectionWindow() - window.windowSize(connection.connectionStream()));
    } catch (Http2Exception e) {
      throw new IllegalStateException("the window of a new connection can be widened", e);
    }
  }
}
