package dev.sluice.waypoint.upstream;

import dev.sluice.waypoint.http.HttpLimits;
import dev.sluice.waypoint.http.ResponseInspection;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One request on its way to an endpoint and the response on its way back.
public final class UpstreamCall {

  private static final Set<HttpMethod> IDEMPOTENT =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.OPTIONS,
          HttpMethod.PUT,
          HttpMethod.DELETE,
          HttpMethod.TRACE);

  private enum State {
    WAITING,
    ACTIVE,
    OVER
  }

  private final HttpRequest head;
  private final ResponseListener listener;
  private State state = State.WAITING;
  private @Nullable Carrier carrier;
  private @Nullable Consumer<UpstreamCall> again;
  private boolean requestDone;
  private boolean responseStarted;
  private boolean skipping;
  private boolean bodiless;

  UpstreamCall(HttpRequest head, ResponseListener listener) {
    this.head = head;
    this.listener = listener;
    this.requestDone = head instanceof FullHttpRequest;
  }

  /// What carries the call: a connection of its own or a stream of a shared one.
  interface Carrier {
    void write(Object message);

    void flush();

    boolean isWritable();

    void read();

    /// The call is over early; the carrier cannot be used again.
    void abandon();
  }

  /// What a message meant for the carrier.
  enum Progress {
    MORE,
    COMPLETE,
    UNUSABLE
  }

  HttpRequest head() {
    return head;
  }

  boolean isOver() {
    return state == State.OVER;
  }

  /// Whether the whole request has been written.
  boolean isRequestDone() {
    return requestDone;
  }

  /// Lets the call start again, once, if its carrier turns out to have been dead already.
  void mayStartAgain(Consumer<UpstreamCall> start) {
    boolean safe = requestDone && IDEMPOTENT.contains(head.method());
    again = safe ? start : null;
  }

  /// A carrier is there: the head goes out.
  void start(Carrier chosen) {
    state = State.ACTIVE;
    carrier = chosen;
    // A second attempt may need the head again.
    chosen.write(ReferenceCountUtil.retain(head));
    chosen.flush();
    listener.ready();
    if (carrier != null) {
      chosen.read();
    }
  }

  /// Writes a piece of the body, which passes to the call.
  public void body(HttpContent content) {
    Carrier to = carrier;
    if (to == null) {
      content.release();
      return;
    }
    requestDone = content instanceof LastHttpContent;
    to.write(content);
  }

  public void flush() {
    if (carrier != null) {
      carrier.flush();
    }
  }

  public boolean isWritable() {
    return carrier != null && carrier.isWritable();
  }

  /// Asks for more of the response.
  public void read() {
    if (carrier != null) {
      carrier.read();
    }
  }

  /// Gives the call up; the listener hears nothing more.
  public void cancel() {
    Carrier was = carrier;
    end();
    if (was != null) {
      was.abandon();
    }
  }

  private void end() {
    if (state != State.OVER) {
      state = State.OVER;
      carrier = null;
      again = null;
      ReferenceCountUtil.release(head);
    }
  }

  /// Takes a message of the endpoint, which passes to the call.
  Progress message(Object message) {
    if (state != State.ACTIVE) {
      ReferenceCountUtil.release(message);
      return Progress.UNUSABLE;
    }
    if (message instanceof HttpResponse response && !isAcceptable(response)) {
      ReferenceCountUtil.release(message);
      return Progress.UNUSABLE;
    }
    if (skipping) {
      skipping = !(message instanceof LastHttpContent);
      ReferenceCountUtil.release(message);
      return Progress.MORE;
    }
    if (message instanceof HttpResponse response) {
      responseStarted = true;
      again = null;
      int status = response.status().code();
      bodiless = head.method().equals(HttpMethod.HEAD) || status == 204 || status == 304;
      listener.response(response);
    }
    if (!(message instanceof HttpContent content)) {
      return Progress.MORE;
    }
    if (content.decoderResult().isFailure() || !responseStarted) {
      content.release();
      fail(new UpstreamFailure("malformed_response", "the body is malformed"));
      return Progress.UNUSABLE;
    }
    return content(bodiless ? emptied(content) : content);
  }

  private Progress content(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (last) {
      end();
    }
    listener.content(content);
    return last ? Progress.COMPLETE : Progress.MORE;
  }

  /// Bytes where no body may be are not passed on.
  private static HttpContent emptied(HttpContent content) {
    content.content().skipBytes(content.content().readableBytes());
    return content;
  }

  private boolean isAcceptable(HttpResponse response) {
    Optional<String> problem = ResponseInspection.problem(response, HttpLimits.standard());
    if (problem.isPresent() || responseStarted) {
      String code = problem.orElse("second_response");
      fail(new UpstreamFailure("malformed_response", code));
      return false;
    }
    skipping = response.status().code() < 200;
    return true;
  }

  void readComplete() {
    if (state == State.ACTIVE && skipping) {
      read();
    } else {
      listener.readComplete();
    }
  }

  void writable() {
    if (state == State.ACTIVE) {
      listener.writable();
    }
  }

  /// The carrier is gone before the response was complete.
  void lost(UpstreamFailure failure) {
    Consumer<UpstreamCall> start = again;
    if (state == State.ACTIVE && start != null) {
      again = null;
      carrier = null;
      state = State.WAITING;
      start.accept(this);
    } else {
      fail(failure);
    }
  }

  void fail(UpstreamFailure failure) {
    if (state != State.OVER) {
      end();
      listener.failed(failure);
    }
  }
}
