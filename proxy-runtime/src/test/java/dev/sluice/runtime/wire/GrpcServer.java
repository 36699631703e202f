package dev.sluice.runtime.wire;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// A gRPC server on loopback, for clients of the control plane; can be stopped and started again on
/// its port.
public final class GrpcServer implements AutoCloseable {

  private final ServerCertificate own;
  private final List<ServerServiceDefinition> services;
  private final List<Metadata> headers = new CopyOnWriteArrayList<>();
  private final int port;
  private Server server;

  public GrpcServer(ServerCertificate own, ServerServiceDefinition... services) throws IOException {
    this.own = own;
    this.services = List.of(services);
    this.server = start(0);
    this.port = server.getPort();
  }

  private Server start(int port) throws IOException {
    var builder =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .sslContext(
                GrpcSslContexts.configure(
                        SslContextBuilder.forServer(own.key(), own.certificate()),
                        SslProvider.OPENSSL)
                    .build())
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .intercept(new Recorder());
    services.forEach(builder::addService);
    return builder.build().start();
  }

  private final class Recorder implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata received, ServerCallHandler<Q, R> next) {
      headers.add(received);
      return next.startCall(call, received);
    }
  }

  public int port() {
    return port;
  }

  /// Where it is, trusted by its own certificate.
  public ControlPlane controlPlane() {
    return new ControlPlane(
        new ControlPlane.Address("127.0.0.1", port()),
        "127.0.0.1",
        new ControlPlane.Roots.Inline(own.pem()),
        Optional.of(new ControlPlane.Token.Literal("a-token")),
        Map.of("clusterid", "Kubernetes"));
  }

  /// What a header of the newest request was.
  public String header(String name) {
    return String.valueOf(
        headers.getLast().get(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));
  }

  /// Stops at once: what is open breaks.
  public void stop() {
    try {
      server.shutdownNow().awaitTermination();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  public void startAgain() throws IOException {
    server = start(port);
  }

  @Override
  public void close() {
    stop();
  }
}
