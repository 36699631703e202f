package dev.sluice.runtime.wire;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;

/// A connection to the control plane, made with the roots of this moment.
///
/// Source of timeouts and headers: ztunnel's control-plane clients.
public final class ControlPlaneChannel implements AutoCloseable {

  private static final int CONNECT_TIMEOUT_MILLIS = 5_000;
  private static final long KEEPALIVE_SECONDS = 30;
  private static final long KEEPALIVE_TIMEOUT_SECONDS = 10;
  private static final String SPIFFE = "spiffe://";

  private final ControlPlane where;
  private final ManagedChannel channel;

  private ControlPlaneChannel(ControlPlane where, ManagedChannel channel) {
    this.where = where;
    this.channel = channel;
  }

  /// What opening brought.
  public sealed interface Opened {

    /// It connects with the first request.
    record Ready(ControlPlaneChannel channel) implements Opened {}

    /// The roots cannot be used.
    record Failed(String reason) implements Opened {}
  }

  /// Prepares a connection; messages larger than `mostBytes` end it.
  public static Opened open(ControlPlane where, ControlLoop loop, int mostBytes) {
    try {
      var address = where.address();
      // The name is resolved when it connects, so that a new address of the Service is found.
      var builder =
          where.serverName().startsWith(SPIFFE) || where.serverName().equals(address.host())
              ? NettyChannelBuilder.forAddress(address.host(), address.port())
              : NettyChannelBuilder.forAddress(address.host(), address.port())
                  .overrideAuthority(
                      new ControlPlane.Address(where.serverName(), address.port()).toString());
      ManagedChannel channel =
          builder
              .sslContext(ControlPlaneTls.of(where))
              .eventLoopGroup(loop.loop())
              .channelType(EpollSocketChannel.class, InetSocketAddress.class)
              .executor(loop.callbacks())
              .offloadExecutor(loop.callbacks())
              .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
              .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
              .keepAliveTimeout(KEEPALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
              .maxInboundMessageSize(mostBytes)
              .disableRetry()
              .build();
      return new Opened.Ready(new ControlPlaneChannel(where, channel));
    } catch (IOException | GeneralSecurityException | IllegalArgumentException unusable) {
      return new Opened.Failed(
          "roots of the control plane cannot be used: " + unusable.getMessage());
    }
  }

  /// A channel for one request, with the token of this moment.
  ///
  /// @throws IOException when the token cannot be read
  public Channel forRequest() throws IOException {
    var headers = new Metadata();
    where.headers().forEach((name, value) -> headers.put(key(name), value));
    if (where.token().isPresent()) {
      headers.put(key("authorization"), "Bearer " + token(where.token().get()));
    }
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static String token(ControlPlane.Token token) throws IOException {
    String text =
        switch (token) {
          case ControlPlane.Token.InFile(var file) -> ControlPlaneTls.read(file).strip();
          case ControlPlane.Token.Literal(var literal) -> literal;
        };
    boolean sendable = !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (!sendable) {
      throw new IOException("the token is empty or has characters that cannot be sent");
    }
    return text;
  }

  /// Connects again at once where the last attempt failed, instead of waiting.
  public void connectAnew() {
    channel.resetConnectBackoff();
  }

  /// A failed request in words, for example `UNAVAILABLE: connection refused`.
  public static String describe(Throwable failure) {
    Status status = Status.fromThrowable(failure);
    String description = status.getDescription();
    Throwable cause = status.getCause();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String detail =
        cause == null || cause.getMessage() == null ? "" : " (" + cause.getMessage() + ")";
    return status.getCode() + (description == null ? "" : ": " + description) + detail;
  }

  /// Lets requests under way end and takes no more.
  public void retire() {
    channel.shutdown();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
