package dev.sluice.runtime.tls;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.runtime.identity.TestAuthority;
import dev.sluice.runtime.identity.WorkloadCertificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MeshTrustManagerTest {

  private final TestAuthority authority = new TestAuthority("cluster.local");
  private final WorkloadCertificate web = authority.certificate("shop", "web");
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final MeshTrustManager trust =
      new MeshTrustManager(web.roots(), authority.trustDomain()::equals, now::get);

  @Test
  void accepts_both_uses_of_a_workload_certificate_again_and_again() {
    for (int i = 0; i < 2; i++) {
      assertThatCode(() -> trust.checkClientTrusted(chain(web), "UNKNOWN"))
          .doesNotThrowAnyException();
      assertThatCode(() -> trust.checkServerTrusted(chain(web), "UNKNOWN"))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void a_remembered_chain_ends_with_its_certificate() throws CertificateException {
    trust.checkClientTrusted(chain(web), "UNKNOWN");
    now.updateAndGet(time -> time.plus(Duration.ofHours(2)));

    assertThatThrownBy(() -> trust.checkClientTrusted(chain(web), "UNKNOWN"))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void a_certificate_not_yet_valid_is_refused() {
    now.updateAndGet(time -> time.minus(Duration.ofHours(2)));

    assertThatThrownBy(() -> trust.checkClientTrusted(chain(web), "UNKNOWN"))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void the_same_trust_domain_under_another_root_is_refused() {
    WorkloadCertificate impostor = new TestAuthority("cluster.local").certificate("shop", "web");

    assertThatThrownBy(() -> trust.checkServerTrusted(chain(impostor), "UNKNOWN"))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("chain not trusted");
  }

  @Test
  void a_trust_domain_not_accepted_is_refused() {
    MeshTrustManager other = new MeshTrustManager(web.roots(), domain -> false, now::get);

    assertThatThrownBy(() -> other.checkClientTrusted(chain(web), "UNKNOWN"))
        .hasMessageContaining("accepted trust domain");
  }

  @Test
  void a_root_is_no_workload_and_extra_roots_in_a_chain_do_no_harm() {
    X509Certificate root = web.roots().getFirst();

    assertThatThrownBy(() -> trust.checkClientTrusted(new X509Certificate[] {root}, "UNKNOWN"))
        .isInstanceOf(CertificateException.class);
    assertThatCode(
            () -> trust.checkClientTrusted(new X509Certificate[] {web.leaf(), root}, "UNKNOWN"))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> trust.checkClientTrusted(new X509Certificate[0], "UNKNOWN"))
        .isInstanceOf(CertificateException.class);
  }

  private static X509Certificate[] chain(WorkloadCertificate certificate) {
    return certificate.chain().toArray(new X509Certificate[0]);
  }
}
