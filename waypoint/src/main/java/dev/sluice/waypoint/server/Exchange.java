package dev.sluice.waypoint.server;

import dev.sluice.engine.route.HttpRoute.HeaderEdits;
import dev.sluice.waypoint.decision.Client;
import dev.sluice.waypoint.decision.Judgement;
import dev.sluice.waypoint.decision.RequestFilters;
import dev.sluice.waypoint.http.HeaderHygiene;
import dev.sluice.waypoint.http.Refusal;
import dev.sluice.waypoint.http.RequestFacts;
import dev.sluice.waypoint.http.RequestInspection;
import dev.sluice.waypoint.telemetry.RequestRecord;
import dev.sluice.waypoint.upstream.ResponseListener;
import dev.sluice.waypoint.upstream.UpstreamCall;
import dev.sluice.waypoint.upstream.UpstreamFailure;
import dev.sluice.waypoint.upstream.UpstreamTarget;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The course of one request: inspected, judged, answered here or forwarded and streamed both ways.
///
/// Confined to the event loop of its tunnel. Each side is read only when the other can take more.
final class Exchange implements ResponseListener {

  private final Rooms rooms;
  private final Client client;
  private final Downstream downstream;
  private final RequestRecord record;
  private final Queue<HttpContent> early = new ArrayDeque<>();
  private final Future<?> idleCheck;
  private List<HeaderEdits> responseEdits = List.of();
  private RequestShape shape = RequestShape.EMPTY;
  private @Nullable UpstreamCall call;
  private @Nullable Future<?> timeout;
  private boolean ready;
  private boolean requestDone;
  private boolean responseStarted;
  private boolean over;
  private long progress = System.nanoTime();

  Exchange(Rooms rooms, Client client, Downstream downstream) {
    this.rooms = rooms;
    this.client = client;
    this.downstream = downstream;
    this.record = new RequestRecord(client, downstream.version());
    rooms.state().activity().requestBegins();
    long idle = rooms.limits().idle().toMillis();
    this.idleCheck =
        downstream.loop().scheduleAtFixedRate(this::checkIdle, idle, idle, TimeUnit.MILLISECONDS);
  }

  boolean isRequestDone() {
    return requestDone;
  }

  /// The head of the request, whose body follows by {@link #body} up to a `LastHttpContent`.
  void begin(HttpRequest head) {
    record.asked(head.method().name(), head.uri(), head.headers());
    switch (RequestInspection.inspect(head, rooms.limits().http())) {
      case RequestInspection.Outcome.Refused(var refusal) -> refuse(refusal);
      case RequestInspection.Outcome.Accepted(var facts) -> accepted(head, facts);
    }
  }

  private void accepted(HttpRequest head, RequestFacts facts) {
    shape = RequestShape.of(head);
    if (shape.isGrpc()) {
      record.grpcCall();
    }
    Judgement judgement =
        rooms.judging().requests().judge(rooms.now(), client, facts, head.headers());
    record.judged(judgement.trace());
    record.identified(head.headers());
    switch (judgement) {
      case Judgement.Answer answer -> answer(answer.status(), answer.headers(), answer.body());
      case Judgement.Forward forward -> forward(head, forward);
    }
  }

  /// Refuses the request for its form.
  void refuse(Refusal refusal) {
    record.because(refusal.reason());
    if (responseStarted) {
      abort("client_malformed");
    } else {
      answer(refusal.status(), Map.of(), refusal.reason());
    }
  }

  private void forward(HttpRequest head, Judgement.Forward forward) {
    record.sentTo(forward.endpoint());
    responseEdits = forward.responseEdits();
    startTimeout(forward.timeout());
    var application = forward.application();
    boolean declared =
        ServiceProtocol.of(application.service(), application.port()) == ServiceProtocol.HTTP_2;
    var protocol =
        declared || downstream.version() == RequestRecord.Version.HTTP_2
            ? UpstreamTarget.Protocol.HTTP_2
            : UpstreamTarget.Protocol.HTTP_1;
    UpstreamTarget target = UpstreamTarget.of(forward.endpoint(), protocol);
    HttpRequest outgoing = shape.outgoing(head, forward.target());
    var started = rooms.upstream().pool().call(downstream.loop(), target, outgoing, this);
    if (over) {
      started.cancel();
    } else {
      call = started;
      if (ready) {
        sendEarly(started);
      }
    }
  }

  private void startTimeout(@Nullable Duration after) {
    if (after != null) {
      timeout = downstream.loop().schedule(this::timedOut, after.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void timedOut() {
    if (!over) {
      record.because("request_timeout");
      if (responseStarted) {
        abort("request_timeout");
      } else {
        answer(504, Map.of(), "request timeout");
      }
    }
  }

  private void checkIdle() {
    boolean stalled = System.nanoTime() - progress >= rooms.limits().idle().toNanos() && !over;
    if (stalled && responseStarted) {
      abort("stream_idle");
    } else if (stalled) {
      record.because("stream_idle");
      answer(requestDone ? 504 : 408, Map.of(), "stream timeout");
    }
  }

  /// A piece of the request's body, which passes to the exchange.
  void body(HttpContent content) {
    progress = System.nanoTime();
    record.received(content.content().readableBytes());
    requestDone = content instanceof LastHttpContent;
    if (over || !shape.hasBody()) {
      content.release();
      return;
    }
    UpstreamCall current = call;
    if (current == null || !ready) {
      early.add(content);
    } else {
      current.body(shape.withoutTrailers(content));
    }
  }

  /// Everything read from the client so far has been handed over.
  void downstreamReadComplete() {
    if (over) {
      return;
    }
    if (call != null) {
      call.flush();
    }
    askForBody();
  }

  private void askForBody() {
    UpstreamCall current = call;
    if (!over
        && !requestDone
        && (!shape.hasBody() || (ready && current != null && current.isWritable()))) {
      downstream.read();
    }
  }

  /// The client takes more of the response.
  void downstreamWritable() {
    if (!over && call != null && responseStarted) {
      call.read();
    }
  }

  /// The client is gone.
  void downstreamGone() {
    if (!over) {
      record.because("client_gone");
      record.answered(0);
      finish();
    }
  }

  @Override
  public void ready() {
    ready = true;
    if (over) {
      return;
    }
    if (shape.expectsContinue()) {
      downstream.write(Responses.goOn());
      downstream.flush();
    }
    UpstreamCall current = call;
    if (current != null) {
      sendEarly(current);
    }
  }

  private void sendEarly(UpstreamCall current) {
    for (HttpContent content = early.poll(); content != null; content = early.poll()) {
      current.body(shape.withoutTrailers(content));
    }
    current.flush();
    askForBody();
  }

  @Override
  public void response(HttpResponse head) {
    progress = System.nanoTime();
    responseStarted = true;
    record.answered(head.status().code());
    record.grpcStatus(head.headers().get("grpc-status"));
    HeaderHygiene.cleanResponse(head.headers());
    responseEdits.forEach(edits -> RequestFilters.edit(head.headers(), edits));
    downstream.frame(head, shape.method(), shape.wanted());
    if (!(head instanceof HttpContent)) {
      downstream.write(head);
    }
  }

  @Override
  public void content(HttpContent content) {
    progress = System.nanoTime();
    record.sent(content.content().readableBytes());
    if (!(content instanceof LastHttpContent last)) {
      downstream.write(content);
      return;
    }
    record.grpcStatus(last.trailingHeaders().get("grpc-status"));
    downstream.write(content);
    downstream.flush();
    finish();
    downstream.finished(reuse());
  }

  @Override
  public void readComplete() {
    if (over) {
      return;
    }
    downstream.flush();
    if (call != null && (!responseStarted || downstream.isWritable())) {
      call.read();
    }
  }

  @Override
  public void writable() {
    askForBody();
  }

  @Override
  public void failed(UpstreamFailure failure) {
    if (over) {
      return;
    }
    record.failed(failure);
    call = null;
    if (responseStarted) {
      finish();
      downstream.abort();
    } else {
      answer(failure.code().equals("malformed_response") ? 502 : 503, Map.of(), failure.code());
    }
  }

  private void answer(int status, Map<String, String> headers, String text) {
    HttpResponse response = Responses.of(status, headers, text, shape.method());
    record.answered(status);
    record.sent(text.length());
    finish();
    downstream.frame(response, shape.method(), reuse());
    downstream.write(response);
    downstream.flush();
    downstream.finished(reuse());
  }

  /// Without a body there is nothing left to read, whatever has been handed over so far.
  private Downstream.Reuse reuse() {
    return requestDone || !shape.hasBody() ? shape.wanted() : Downstream.Reuse.END;
  }

  private void abort(String reason) {
    record.because(reason);
    finish();
    downstream.abort();
  }

  private void finish() {
    over = true;
    idleCheck.cancel(false);
    if (timeout != null) {
      timeout.cancel(false);
    }
    early.forEach(HttpContent::release);
    early.clear();
    UpstreamCall current = call;
    call = null;
    if (current != null) {
      current.cancel();
    }
    rooms.state().activity().requestEnds();
    rooms.telemetry().requests().complete(record);
  }
}
