package dev.sluice.runtime.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;

/// The trace of one connection as this process takes part in it.
public interface ConnectionTrace {

  /// The header `traceparent` for the next hop.
  String traceparent();

  /// Ends it with what the access log says; `error` is empty when all went well. Never blocks.
  void end(AccessEntry entry, String error);

  /// Passes the context on and records nothing.
  static ConnectionTrace passing(TraceContext context) {
    return new ConnectionTrace() {
      @Override
      public String traceparent() {
        return context.header();
      }

      @Override
      public void end(AccessEntry entry, String error) {}
    };
  }

  /// Records into `span`.
  static ConnectionTrace recording(Span span) {
    return new ConnectionTrace() {
      @Override
      public String traceparent() {
        var context = span.getSpanContext();
        return new TraceContext(context.getTraceId(), context.getSpanId(), context.isSampled())
            .header();
      }

      @Override
      public void end(AccessEntry entry, String error) {
        if (span.isRecording()) {
          entry.fields().forEach(field -> put(span, field));
          if (!error.isEmpty()) {
            span.setStatus(StatusCode.ERROR, error);
          }
        }
        span.end();
      }
    };
  }

  private static void put(Span span, AccessEntry.Field field) {
    if (field.value() instanceof Number number) {
      span.setAttribute(AttributeKey.longKey(field.name()), number.longValue());
    } else {
      span.setAttribute(AttributeKey.stringKey(field.name()), String.valueOf(field.value()));
    }
  }
}
