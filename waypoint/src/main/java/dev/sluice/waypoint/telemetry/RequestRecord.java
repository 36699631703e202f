package dev.sluice.waypoint.telemetry;

import dev.sluice.runtime.mesh.Endpoint;
import dev.sluice.waypoint.decision.Client;
import dev.sluice.waypoint.decision.Trace;
import dev.sluice.waypoint.upstream.UpstreamFailure;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What is known of one request, filled in while it is served; used by one event loop.
public final class RequestRecord {

  /// The version of HTTP between client and waypoint.
  public enum Version {
    HTTP_1("HTTP/1.1"),
    HTTP_2("HTTP/2");

    private final String text;

    Version(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  private final Client client;
  private final Version version;
  private final long startNanos = System.nanoTime();
  private String method = "";
  private String path = "";
  private String authority = "";
  private String requestId = "";
  private boolean grpc;
  private @Nullable Trace trace;
  private @Nullable Endpoint endpoint;
  private @Nullable UpstreamFailure failure;
  private int status;
  private String reason = "";
  private @Nullable String grpcStatus;
  private long received;
  private long sent;

  public RequestRecord(Client client, Version version) {
    this.client = client;
    this.version = version;
  }

  /// What was asked for; a query is not kept, as it may hold a token.
  public void asked(String askedMethod, String target, HttpHeaders headers) {
    int query = target.indexOf('?');
    method = askedMethod;
    path = query < 0 ? target : target.substring(0, query);
    authority = headers.get(HttpHeaderNames.HOST, "");
    identified(headers);
  }

  /// Takes over the id of the request, which may have been given to it only now.
  public void identified(HttpHeaders headers) {
    requestId = headers.get("x-request-id", "");
  }

  public void grpcCall() {
    grpc = true;
  }

  public void judged(Trace outcome) {
    trace = outcome;
    path = outcome.path().isEmpty() ? path : outcome.path();
    reason = outcome.reason();
  }

  public void sentTo(Endpoint chosen) {
    endpoint = chosen;
  }

  public void failed(UpstreamFailure why) {
    failure = why;
    reason = why.code();
  }

  /// Ends early for a reason that is neither the policy's nor the endpoint's.
  public void because(String code) {
    reason = code;
  }

  public void answered(int code) {
    status = code;
  }

  public void grpcStatus(@Nullable String code) {
    grpcStatus = code == null ? grpcStatus : code;
  }

  public void received(long bytes) {
    received += bytes;
  }

  public void sent(long bytes) {
    sent += bytes;
  }

  long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
  }

  Client client() {
    return client;
  }

  Version version() {
    return version;
  }

  String method() {
    return method;
  }

  String path() {
    return path;
  }

  String requestId() {
    return requestId;
  }

  String authority() {
    return authority;
  }

  boolean isGrpc() {
    return grpc;
  }

  @Nullable Trace trace() {
    return trace;
  }

  @Nullable Endpoint endpoint() {
    return endpoint;
  }

  @Nullable UpstreamFailure failure() {
    return failure;
  }

  int status() {
    return status;
  }

  String reason() {
    return reason;
  }

  @Nullable String grpcStatusCode() {
    return grpcStatus;
  }

  long receivedBytes() {
    return received;
  }

  long sentBytes() {
    return sent;
  }
}
