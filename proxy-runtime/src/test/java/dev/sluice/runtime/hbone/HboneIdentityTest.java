package dev.sluice.runtime.hbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Peer;
import dev.sluice.runtime.identity.TestAuthority;
import dev.sluice.runtime.identity.WorkloadCertificate;
import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HboneIdentityTest {

  private final Rig rig = new Rig();

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void both_ends_know_each_other() throws Exception {
    HboneServer server = rig.serve(tunnel -> tunnel.accept(Map.of("baggage", "a=b")));
    HboneTarget target =
        rig.target(server.address(), InetAddress.getByAddress(new byte[] {127, 0, 3, 4}));
    Channel tunnel =
        Rig.get(
            rig.pool.open(
                target,
                new ConnectHead("10.0.0.1:8080", List.of(Map.entry("forwarded", "for=x"))),
                rig.loop));

    IncomingTunnel incoming = rig.tunnels.remove();
    assertThat(incoming.peer()).isEqualTo(new Peer.Identified(rig.web.id()));
    assertThat(incoming.authority()).isEqualTo("10.0.0.1:8080");
    assertThat(incoming.header("forwarded")).contains("for=x");
    assertThat(incoming.remote().getAddress().getHostAddress()).isEqualTo("127.0.3.4");
    assertThat(incoming.local()).isEqualTo(server.address());
    assertThat(HbonePool.responseHeaders(tunnel)).contains(Map.entry("baggage", "a=b"));
  }

  @Test
  void a_server_of_another_identity_gets_no_request() throws Exception {
    HboneServer server = rig.serve(tunnel -> tunnel.accept(Map.of()));
    SpiffeId other = rig.authority.id("shop", "other");
    HboneTarget target = new HboneTarget(server.address(), Set.of(other), null, rig.web);

    assertThat(rig.failure(target))
        .isEqualTo(new TunnelFailure.WrongIdentity(List.of(rig.apiId), Set.of(other)));
    assertThat(rig.tunnels).isEmpty();
  }

  @Test
  void an_empty_set_of_expected_identities_admits_nobody() throws Exception {
    HboneServer server = rig.serve(tunnel -> tunnel.accept(Map.of()));

    assertThat(rig.failure(new HboneTarget(server.address(), Set.of(), null, rig.web)))
        .isInstanceOf(TunnelFailure.WrongIdentity.class);
  }

  @Test
  void a_client_of_a_foreign_trust_domain_is_refused() throws Exception {
    HboneServer server = rig.serve(tunnel -> tunnel.accept(Map.of()));
    TestAuthority foreign = new TestAuthority("elsewhere.example");
    WorkloadCertificate stranger = foreign.certificate("shop", "web");
    // It trusts us, we do not trust it.
    WorkloadCertificate trusting =
        new WorkloadCertificate(stranger.id(), stranger.chain(), stranger.key(), rig.web.roots());

    assertThat(rig.failure(new HboneTarget(server.address(), Set.of(rig.apiId), null, trusting)))
        .isInstanceOf(TunnelFailure.HandshakeFailed.class);
    assertThat(rig.tunnels).isEmpty();
  }

  @Test
  void a_client_without_certificate_is_refused() throws Exception {
    HboneServer server = rig.serve(tunnel -> tunnel.accept(Map.of()));
    try (SSLSocket client = jdkClient(server, new KeyManager[0], "TLSv1.3")) {
      assertThatThrownBy(
              () -> {
                client.startHandshake();
                client.getInputStream().readAllBytes();
              })
          .isInstanceOf(IOException.class)
          .hasMessageContaining("certificate_required");
    }
    assertThat(rig.tunnels).isEmpty();
  }

  @Test
  void tls_1_2_is_refused() throws Exception {
    HboneServer server = rig.serve(tunnel -> tunnel.accept(Map.of()));
    try (SSLSocket client = jdkClient(server, keys(rig.web), "TLSv1.2")) {
      assertThatThrownBy(client::startHandshake).hasMessageContaining("protocol_version");
    }
  }

  @Test
  void the_client_offers_only_h2_and_no_server_name() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys(rig.api), trust(rig.api), new SecureRandom());
    try (SSLServerSocket server =
        (SSLServerSocket)
            context
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setNeedClientAuth(true);
      CompletableFuture<List<String>> offered = new CompletableFuture<>();
      CompletableFuture<SSLSocket> accepted =
          CompletableFuture.supplyAsync(() -> handshake(server, offered));
      HboneTarget target =
          rig.target(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
      var opening = rig.start(target);

      try (SSLSocket socket = Rig.get(accepted)) {
        assertThat(Rig.get(offered)).containsExactly("h2");
        assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(((ExtendedSSLSession) socket.getSession()).getRequestedServerNames()).isEmpty();
        assertThat(socket.getInputStream().readNBytes(14)).asString().isEqualTo("PRI * HTTP/2.0");
      }
      assertThat(opening.await(10_000)).isTrue();
      assertThat(opening.isSuccess()).isFalse();
    }
  }

  private static SSLSocket handshake(
      SSLServerSocket server, CompletableFuture<List<String>> offered) {
    try {
      SSLSocket socket = (SSLSocket) server.accept();
      socket.setHandshakeApplicationProtocolSelector((any, protocols) -> {
        offered.complete(protocols);
        return "h2";
      });
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private SSLSocket jdkClient(HboneServer server, KeyManager[] keys, String protocol)
      throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys, trust(rig.web), new SecureRandom());
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(server.address().getAddress(), server.address().getPort());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    parameters.setProtocols(new String[] {protocol});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static KeyManager[] keys(WorkloadCertificate own) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "own", own.key(), new char[0], own.chain().toArray(new java.security.cert.Certificate[0]));
    KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
    factory.init(store, new char[0]);
    return factory.getKeyManagers();
  }

  private static javax.net.ssl.TrustManager[] trust(WorkloadCertificate own) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("root", own.roots().getFirst());
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(store);
    return factory.getTrustManagers();
  }
}
