package dev.sluice.runtime.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.controlplane.ca.CertificateAuthority;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.runtime.identity.CertificateSource.Obtained;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IssuedChainTest {

  private static final SpiffeId WEB = SpiffeId.of("cluster.local", "shop", "web");
  private static final SpiffeId API = SpiffeId.of("cluster.local", "shop", "api");

  @TempDir Path home;
  private CertificateAuthority authority;
  private CertificateAuthority other;
  private final SigningRequest request = SigningRequest.generate(WEB);

  @BeforeEach
  void open() {
    authority = open(home.resolve("ca"));
    other = open(home.resolve("other"));
  }

  private static CertificateAuthority open(Path folder) {
    return ((CertificateAuthority.Opened.Ready)
            CertificateAuthority.open(folder, WEB.trustDomain(), InstantSource.system()))
        .authority();
  }

  private static String leaf(CertificateAuthority signer, SigningRequest request, SpiffeId id) {
    var issued = signer.issue(request.pem(), id, Duration.ofHours(1));
    assertThat(issued).isInstanceOf(CertificateAuthority.Issued.Certificate.class);
    return ((CertificateAuthority.Issued.Certificate) issued).chainPem();
  }

  private Obtained read(String... texts) {
    return IssuedChain.read(List.of(texts), WEB, request, Instant.now());
  }

  private static void assertRefused(Obtained obtained, String reason) {
    assertThat(obtained)
        .isInstanceOfSatisfying(
            Obtained.Failed.class, failed -> assertThat(failed.reason()).contains(reason));
  }

  @Test
  void the_request_is_one_the_authority_takes_and_its_answer_is_a_certificate() {
    Obtained obtained =
        read(leaf(authority, request, WEB), authority.rootsPem() + other.rootsPem());

    assertThat(obtained)
        .isInstanceOfSatisfying(
            Obtained.Issued.class,
            issued -> {
              assertThat(issued.certificate().id()).isEqualTo(WEB);
              assertThat(issued.certificate().key()).isEqualTo(request.key());
              assertThat(issued.certificate().roots()).hasSize(2);
            });
  }

  @Test
  void a_root_within_the_chain_is_not_sent_on() {
    Obtained obtained =
        read(leaf(authority, request, WEB), authority.rootsPem(), authority.rootsPem());

    assertThat(((Obtained.Issued) obtained).certificate().chain()).hasSize(1);
  }

  @Test
  void what_peers_would_refuse_is_refused_here() {
    var ofApi = SigningRequest.generate(API);
    var second = SigningRequest.generate(WEB);

    assertRefused(read(leaf(authority, ofApi, API), authority.rootsPem()), "instead of");
    assertRefused(read(leaf(authority, second, WEB), authority.rootsPem()), "another key");
    assertRefused(read(leaf(authority, request, WEB), other.rootsPem()), "not trusted");
    assertRefused(
        IssuedChain.read(
            List.of(leaf(authority, request, WEB), authority.rootsPem()),
            WEB,
            request,
            Instant.now().plus(Duration.ofDays(1))),
        "not trusted");
  }

  @Test
  void answers_out_of_proportion_and_nonsense_are_refused() {
    assertRefused(read(), "0 texts");
    assertRefused(read(leaf(authority, request, WEB)), "1 texts");
    assertRefused(read("nonsense", "nonsense"), "unusable");
    assertRefused(
        IssuedChain.read(Collections.nCopies(17, "x"), WEB, request, Instant.now()), "17 texts");
    assertRefused(read("x".repeat(300_000), "y"), "300001 characters");
  }

  @Test
  void a_key_is_not_in_any_text() {
    assertThat(request.toString()).isEqualTo("SigningRequest[hidden]");
  }
}
