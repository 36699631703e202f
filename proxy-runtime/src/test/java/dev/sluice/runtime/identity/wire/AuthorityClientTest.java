package dev.sluice.runtime.identity.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.identity.CertificateSource.Obtained;
import dev.sluice.runtime.identity.Identities;
import dev.sluice.runtime.identity.LiveIdentity;
import dev.sluice.runtime.identity.WorkloadCertificate;
import dev.sluice.runtime.wire.ControlLoop;
import dev.sluice.runtime.wire.ControlPlane;
import dev.sluice.runtime.wire.GrpcServer;
import dev.sluice.runtime.wire.ServerCertificate;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorityClientTest {

  private static final SpiffeId WEB = SpiffeId.of("cluster.local", "shop", "web");

  @TempDir Path home;
  private FakeAuthority authority;
  private final ServerCertificate own =
      ServerCertificate.of("127.0.0.1", "spiffe://cluster.local/ns/system/sa/authority");
  private GrpcServer server;
  private final ControlLoop loop = new ControlLoop();

  @BeforeEach
  void start() throws IOException {
    authority = new FakeAuthority(home.resolve("ca"));
    server = new GrpcServer(own, authority.service());
  }

  @AfterEach
  void stop() {
    server.close();
    loop.close();
  }

  private AuthorityClient client(ControlPlane where) {
    return new AuthorityClient(
        new AuthorityClient.Request(where, Duration.ofHours(24), AuthorityClient.Asking.FOR_NODE),
        loop,
        InstantSource.system());
  }

  private ControlPlane named(String serverName) {
    var where = server.controlPlane();
    return new ControlPlane(
        where.address(), serverName, where.roots(), where.token(), where.headers());
  }

  private static WorkloadCertificate issued(Obtained obtained) {
    assertThat(obtained).isInstanceOf(Obtained.Issued.class);
    return ((Obtained.Issued) obtained).certificate();
  }

  private static String failure(Obtained obtained) {
    assertThat(obtained).isInstanceOf(Obtained.Failed.class);
    return ((Obtained.Failed) obtained).reason();
  }

  @Test
  void a_certificate_comes_for_the_identity_with_the_roots_to_verify_peers() {
    try (var client = client(server.controlPlane())) {
      WorkloadCertificate web = issued(client.obtain(WEB));

      assertThat(web.id()).isEqualTo(WEB);
      assertThat(web.chain()).hasSize(1);
      assertThat(web.roots()).hasSize(1);
      assertThat(authority.requests())
          .singleElement()
          .satisfies(request -> {
            assertThat(request.getValidityDuration()).isEqualTo(86_400);
            assertThat(
                    request.getMetadata().getFieldsOrThrow("ImpersonatedIdentity").getStringValue())
                .isEqualTo(WEB.uri());
          });
      assertThat(server.header("authorization")).isEqualTo("Bearer a-token");
      assertThat(server.header("clusterid")).isEqualTo("Kubernetes");
      assertThat(issued(client.obtain(WEB)).key()).isNotEqualTo(web.key());
    }
  }

  @Test
  void renewal_is_due_at_about_half_of_what_is_left() {
    authority.issueFor(Duration.ofHours(10));
    try (var client = client(server.controlPlane())) {
      WorkloadCertificate web = issued(client.obtain(WEB));

      assertThat(client.renewAfter(web, Instant.now()))
          .isBetween(Duration.ofMinutes(268), Duration.ofMinutes(332));
    }
  }

  @Test
  void a_refusal_is_told_with_its_status() {
    authority.refuse(Status.PERMISSION_DENIED.withDescription("no such pod on the node"));
    try (var client = client(server.controlPlane())) {
      assertThat(failure(client.obtain(WEB)))
          .isEqualTo("PERMISSION_DENIED: no such pod on the node");
    }
  }

  @Test
  void a_server_proven_by_another_root_or_of_another_name_is_not_talked_to() {
    var stranger = ServerCertificate.of("127.0.0.1");
    var where = server.controlPlane();
    var distrusting =
        new ControlPlane(
            where.address(),
            where.serverName(),
            new ControlPlane.Roots.Inline(stranger.pem()),
            where.token(),
            where.headers());
    try (var client = client(distrusting);
        var misled = client(named("istiod.istio-system.svc"));
        var misledBySpiffe = client(named("spiffe://cluster.local/ns/other/sa/authority"))) {
      assertThat(failure(client.obtain(WEB))).startsWith("UNAVAILABLE");
      assertThat(failure(misled.obtain(WEB))).startsWith("UNAVAILABLE");
      assertThat(failure(misledBySpiffe.obtain(WEB))).contains("server is not");
    }
    assertThat(authority.requests()).isEmpty();
  }

  @Test
  void a_server_may_be_known_by_its_spiffe_id() {
    try (var client = client(named("spiffe://cluster.local/ns/system/sa/authority"))) {
      issued(client.obtain(WEB));
    }
  }

  @Test
  void the_token_and_the_roots_are_read_again_when_their_files_change() throws IOException {
    Path token = Files.writeString(home.resolve("token"), "first\n");
    Path roots = Files.writeString(home.resolve("root.pem"), ServerCertificate.of("x").pem());
    var where =
        new ControlPlane(
            server.controlPlane().address(),
            "127.0.0.1",
            new ControlPlane.Roots.InFile(roots),
            Optional.of(new ControlPlane.Token.InFile(token)),
            Map.of());
    try (var client = client(where)) {
      assertThat(failure(client.obtain(WEB))).startsWith("UNAVAILABLE");

      Files.writeString(roots, own.pem());
      issued(client.obtain(WEB));
      assertThat(server.header("authorization")).isEqualTo("Bearer first");

      Files.writeString(token, "second\n");
      issued(client.obtain(WEB));
      assertThat(server.header("authorization")).isEqualTo("Bearer second");

      Files.delete(token);
      assertThat(failure(client.obtain(WEB))).contains("token cannot be read");
    }
  }

  @Test
  void an_authority_that_comes_back_is_asked_again_at_once() throws Exception {
    try (var client = client(server.controlPlane())) {
      issued(client.obtain(WEB));
      server.stop();
      assertThat(failure(client.obtain(WEB))).startsWith("UNAVAILABLE");
      server.startAgain();

      await().until(() -> client.obtain(WEB) instanceof Obtained.Issued);
    }
  }

  @Test
  void identities_stay_current_through_it_while_certificates_live_for_seconds() {
    authority.issueFor(Duration.ofSeconds(2));
    try (var client = client(server.controlPlane());
        var identities = Identities.start(client, InstantSource.system(), any -> {})) {
      LiveIdentity web = identities.enrol(WEB);
      await().until(() -> web.certificate().isPresent());

      for (int i = 0; i < 3; i++) {
        var serial = web.certificate().orElseThrow().leaf().getSerialNumber();
        await()
            .failFast("no valid certificate", () -> web.certificate().isEmpty())
            .until(() ->
                web.certificate()
                    .filter(now -> !now.leaf().getSerialNumber().equals(serial))
                    .isPresent());
      }
    }
  }
}
