package dev.sluice.verify.node;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.hbone.ConnectHead;
import dev.sluice.runtime.hbone.HbonePool;
import dev.sluice.runtime.hbone.HboneSettings;
import dev.sluice.runtime.hbone.HboneTarget;
import dev.sluice.runtime.hbone.TunnelException;
import dev.sluice.runtime.hbone.TunnelFailure;
import dev.sluice.runtime.identity.CertificateDirectory;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.netty.Sockets;
import dev.sluice.runtime.netty.Transport;
import dev.sluice.ztunnel.linux.NetworkNamespace;
import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Somebody in a pod who speaks HBONE without a ztunnel and says in it what he likes.
final class HboneClient implements AutoCloseable {

  private final Transport transport = Transport.start(1);
  private final HbonePool pool = new HbonePool(HboneSettings.defaults());
  private final NetworkNamespace namespace;
  private final WorkloadCertificate own;

  private HboneClient(NetworkNamespace namespace, WorkloadCertificate own) {
    this.namespace = namespace;
    this.own = own;
  }

  /// With the certificate of the pod's service account.
  static HboneClient of(NodeBed bed, BedPod pod) {
    return new HboneClient(open(pod), load(bed.certificates(), "shop", pod.name()));
  }

  /// With a certificate that the mesh's own authority issued for a name of another trust domain.
  static HboneClient foreign(NodeBed bed, BedPod pod, String name) {
    Path foreign = bed.certificates().resolveSibling("foreign");
    SpiffeId id = SpiffeId.parse(name).orElseThrow();
    try {
      certify(bed, foreign.resolve(id.namespace()).resolve(id.serviceAccount()), name);
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
    return new HboneClient(open(pod), load(foreign, id.namespace(), id.serviceAccount()));
  }

  private static void certify(NodeBed bed, Path folder, String name) throws IOException {
    Files.createDirectories(folder);
    Path extensions =
        Files.writeString(
            folder.resolve("extensions"),
            """
            subjectAltName=critical,URI:%s
            extendedKeyUsage=clientAuth,serverAuth
            keyUsage=critical,digitalSignature
            basicConstraints=critical,CA:FALSE
            """
                .formatted(name));
    Path root = bed.authority().resolve("ca-cert.pem");
    Shell.must(
        "openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /O=elsewhere"
            + " -keyout %1$s/key.pem -out %1$s/request.pem".formatted(folder));
    Shell.must(
        "openssl x509 -req -in %1$s/request.pem -CA %2$s -CAkey %3$s -days 1 -extfile %4$s"
                .formatted(folder, root, bed.authority().resolve("ca-key.pem"), extensions)
            + " -out "
            + folder.resolve("cert-chain.pem"));
    Files.copy(root, folder.resolve("root-cert.pem"));
  }

  private static NetworkNamespace open(BedPod pod) {
    return switch (NetworkNamespace.ofPath(pod.netns().path())) {
      case NetworkNamespace.Opened.Open(var namespace) -> namespace;
      case NetworkNamespace.Opened.Failed(var failure) -> throw new AssertionError(failure);
    };
  }

  private static WorkloadCertificate load(Path certificates, String namespace, String account) {
    return switch (new CertificateDirectory(certificates).load(namespace, account)) {
      case CertificateDirectory.Loaded.Ready(var certificate) -> certificate;
      case CertificateDirectory.Loaded other -> throw new AssertionError(other);
    };
  }

  /// Asks the ztunnel of `server` for `authority`; the status it answers, or `handshake failed`.
  String open(BedPod server, String authority) {
    var target =
        new HboneTarget(
            new InetSocketAddress(InetAddress.ofLiteral(server.ip()), 15_008),
            Set.of(server.identity()),
            null,
            own,
            new Inside(namespace));
    Future<Channel> opened =
        pool.open(target, new ConnectHead(authority, List.of()), transport.loops().next())
            .awaitUninterruptibly();
    if (opened.isSuccess()) {
      opened.getNow().close();
      return "200";
    }
    if (!(opened.cause() instanceof TunnelException failed)) {
      throw new AssertionError(opened.cause());
    }
    return switch (failed.failure()) {
      case TunnelFailure.Refused refused -> Integer.toString(refused.status());
      case TunnelFailure.HandshakeFailed _ -> "handshake failed";
      case TunnelFailure other -> other.toString();
    };
  }

  private record Inside(NetworkNamespace namespace) implements Sockets {
    @Override
    public ServerChannel listener() {
      return make(EpollServerSocketChannel::new);
    }

    @Override
    public Channel dialler(InetAddress destination) {
      return make(EpollSocketChannel::new);
    }

    private <T> T make(Supplier<T> socket) {
      return switch (namespace.visit(socket)) {
        case NetworkNamespace.Visit.Done<T>(var made) -> made;
        case NetworkNamespace.Visit.Failed<T>(var failure) -> throw new AssertionError(failure);
      };
    }
  }

  @Override
  public void close() {
    pool.close();
    transport.close();
    namespace.close();
  }
}
