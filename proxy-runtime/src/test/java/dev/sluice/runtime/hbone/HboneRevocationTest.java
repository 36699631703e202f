package dev.sluice.runtime.hbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.runtime.identity.LiveIdentity;
import dev.sluice.runtime.identity.TestAuthority;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.tls.MeshTrust;
import dev.sluice.runtime.tls.Revocations;
import dev.sluice.runtime.tls.ServerTls;
import dev.sluice.runtime.tls.TestRevocations;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HboneRevocationTest {

  @TempDir Path home;
  private final Rig rig = new Rig();
  private final Queue<Revocations.Side> rejected = new ConcurrentLinkedQueue<>();
  private final Queue<Optional<String>> states = new ConcurrentLinkedQueue<>();
  private Path file;
  private Revocations revocations;
  private HbonePool pool;
  private HboneServer server;

  @BeforeEach
  void start() {
    file = home.resolve("crl.pem");
    revocations =
        Revocations.watch(
            file,
            new Revocations.Listener() {
              @Override
              public void rejected(Revocations.Side side) {
                rejected.add(side);
              }

              @Override
              public void fileIs(Optional<String> problem) {
                states.add(problem);
              }
            });
    server = serve(revocations);
    pool = new HbonePool(HboneSettings.defaults(), trust(Revocations.none())::client);
  }

  @AfterEach
  void stop() {
    pool.close();
    revocations.close();
    rig.close();
  }

  private MeshTrust trust(Revocations checked) {
    return new MeshTrust(rig.authority.trustDomain()::equals, checked, InstantSource.system());
  }

  private HboneServer serve(Revocations checked) {
    var bound =
        HboneServer.bind(
            rig.transport,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            ServerTls.of(LiveIdentity.fixed(rig.api), trust(checked)),
            tunnel -> tunnel.accept(Map.of()),
            HboneSettings.defaults());
    return ((HboneServer.Bound.Listening) bound).server();
  }

  private static TunnelFailure failure(Callable<Channel> opening) {
    try {
      throw new AssertionError("opened " + opening.call());
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof TunnelException tunnel) {
        return tunnel.failure();
      }
      throw new AssertionError(failed);
    } catch (Exception unexpected) {
      throw new AssertionError(unexpected);
    }
  }

  private Channel open(HbonePool from, HboneServer to, WorkloadCertificate as) throws Exception {
    return Rig.get(
        from.open(
            new HboneTarget(to.address(), Set.of(rig.apiId), null, as),
            new ConnectHead("10.0.0.1:8080", List.of()),
            rig.loop));
  }

  @Test
  void the_live_connection_of_a_revoked_peer_is_cut_and_another_goes_on() throws Exception {
    WorkloadCertificate other = rig.authority.certificate("shop", "other");
    Channel web = open(pool, server, rig.web);
    Channel spared = open(pool, server, other);

    TestRevocations.write(file, TestRevocations.pem(rig.authority, rig.web));

    await().until(() -> !web.isActive());
    assertThat(spared.isActive()).isTrue();
    assertThat(rejected).containsExactly(Revocations.Side.ACCEPTED);
  }

  @Test
  void a_revoked_client_gets_no_tunnel_and_an_unrevoked_one_does() throws Exception {
    TestRevocations.write(file, TestRevocations.pem(rig.authority, rig.web));
    await().until(() -> states.size() > 1);

    assertThat(failure(() -> open(pool, server, rig.web)))
        .isInstanceOf(TunnelFailure.HandshakeFailed.class);
    assertThat(open(pool, server, rig.authority.certificate("shop", "other")).isActive()).isTrue();
  }

  @Test
  void a_revoked_server_is_not_talked_to_and_is_left_when_it_is_revoked() throws Exception {
    HboneServer careless = serve(Revocations.none());
    try (var careful = new HbonePool(HboneSettings.defaults(), trust(revocations)::client)) {
      Channel tunnel = open(careful, careless, rig.web);

      TestRevocations.write(file, TestRevocations.pem(rig.authority, rig.api));

      await().until(() -> !tunnel.isActive());
      assertThat(rejected).contains(Revocations.Side.DIALLED);
      assertThat(failure(() -> open(careful, careless, rig.web)))
          .isInstanceOf(TunnelFailure.HandshakeFailed.class);
    }
  }

  @Test
  void the_list_of_another_authority_of_the_same_name_revokes_nothing() throws Exception {
    TestAuthority impostor = new TestAuthority("cluster.local");
    Channel web = open(pool, server, rig.web);
    TestRevocations.write(file, TestRevocations.pem(impostor, rig.web));
    await().until(() -> states.size() > 1);

    assertThat(web.isActive()).isTrue();
    assertThat(open(pool, server, rig.web).isActive()).isTrue();
    assertThat(rejected).isEmpty();
  }

  @Test
  void several_lists_in_one_file_all_count() throws Exception {
    TestAuthority before = new TestAuthority("cluster.local");
    TestRevocations.write(
        file, TestRevocations.pem(before) + TestRevocations.pem(rig.authority, rig.web));
    await().until(() -> states.size() > 1);

    assertThat(failure(() -> open(pool, server, rig.web)))
        .isInstanceOf(TunnelFailure.HandshakeFailed.class);
  }

  @Test
  void a_broken_file_is_reported_and_leaves_what_was_revoked() throws Exception {
    TestRevocations.write(file, TestRevocations.pem(rig.authority, rig.web));
    await().until(() -> states.size() > 1);
    TestRevocations.write(file, "nonsense");
    await().until(() -> states.stream().anyMatch(Optional::isPresent));

    assertThat(failure(() -> open(pool, server, rig.web)))
        .isInstanceOf(TunnelFailure.HandshakeFailed.class);
  }
}
