package dev.sluice.runtime.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The traces of connections: one span per connection and proxy, tied together by the header
/// `traceparent` and exported by OTLP over HTTP.
///
/// A full queue drops spans: tracing never holds up traffic. Without an exporter the header is
/// still sent and passed on, as upstream does.
public final class Traces implements AutoCloseable {

  /// Spans that may wait to be exported.
  public static final int QUEUE = 2_048;

  private static final int BATCH = 512;
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long CLOSE_SECONDS = 2;

  /// Where spans go.
  ///
  /// @param endpoint the address that takes `POST`s of traces
  /// @param headers sent with every export; may hold a credential
  /// @param service the value of `service.name`
  /// @param ratio the share of traces that is recorded, 0 to 1
  public record Exporting(URI endpoint, Map<String, String> headers, String service, double ratio) {
    public Exporting {
      headers = Map.copyOf(headers);
    }

    /// Without the values of headers.
    @Override
    public String toString() {
      return "Exporting[" + endpoint + ", " + service + ", " + ratio + "]";
    }
  }

  private final @Nullable SdkTracerProvider provider;
  private final @Nullable Tracer tracer;

  private Traces(@Nullable SdkTracerProvider provider) {
    this.provider = provider;
    this.tracer = provider == null ? null : provider.get("dev.sluice");
  }

  /// Records nothing.
  public static Traces off() {
    return new Traces(null);
  }

  /// Records and exports.
  public static Traces to(Exporting exporting) {
    ExportLog.install();
    var exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(exporting.endpoint().toString())
            .setTimeout(TIMEOUT);
    exporting.headers().forEach(exporter::addHeader);
    var queue =
        BatchSpanProcessor.builder(exporter.build())
            .setMaxQueueSize(QUEUE)
            .setMaxExportBatchSize(BATCH)
            .setScheduleDelay(INTERVAL)
            .setExporterTimeout(TIMEOUT)
            .build();
    return new Traces(
        SdkTracerProvider.builder()
            .addSpanProcessor(queue)
            .setResource(
                Resource.create(
                    Attributes.builder().put("service.name", exporting.service()).build()))
            .setSampler(sampler(exporting.ratio()))
            .build());
  }

  /// Upstream's proxies say of every trace that it is not recorded, so that word is not taken for a
  /// decision: the trace id decides, and so decides alike in every proxy.
  private static Sampler sampler(double ratio) {
    Sampler byTrace = Sampler.traceIdRatioBased(ratio);
    return Sampler.parentBasedBuilder(byTrace).setRemoteParentNotSampled(byTrace).build();
  }

  /// Starts the span of a connection that this process accepted; `traceparent` is the header it
  /// came with, if any.
  public ConnectionTrace start(Traffic.Reporter reporter, @Nullable String traceparent) {
    var parent = TraceContext.parse(traceparent);
    Tracer recording = tracer;
    if (recording == null) {
      return ConnectionTrace.passing(parent.orElseGet(TraceContext::fresh));
    }
    var span = recording.spanBuilder(name(reporter)).setSpanKind(kind(reporter));
    parent.ifPresentOrElse(
        context -> span.setParent(Context.root().with(Span.wrap(remote(context)))),
        span::setNoParent);
    return ConnectionTrace.recording(span.startSpan());
  }

  private static String name(Traffic.Reporter reporter) {
    return switch (reporter) {
      case SOURCE -> "outbound connection";
      case DESTINATION -> "inbound connection";
    };
  }

  private static SpanKind kind(Traffic.Reporter reporter) {
    return switch (reporter) {
      case SOURCE -> SpanKind.CLIENT;
      case DESTINATION -> SpanKind.SERVER;
    };
  }

  private static SpanContext remote(TraceContext context) {
    return SpanContext.createFromRemoteParent(
        context.trace(),
        context.span(),
        context.isSampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
        TraceState.getDefault());
  }

  /// Exports what waits, for at most 2 s.
  @Override
  public void close() {
    if (provider != null) {
      CompletableResultCode done = provider.shutdown();
      done.join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
  }
}
