package dev.sluice.runtime.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.runtime.identity.CertificateSource.Obtained;
import java.io.IOException;
import java.nio.file.Files;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class FileCertificatesTest {

  private final TestAuthority authority = new TestAuthority("cluster.local");
  private final FileCertificates source =
      new FileCertificates(new CertificateDirectory(authority.files()));

  @Test
  void a_renewed_file_takes_effect_without_a_restart() {
    var old = authority.certificate("shop", "web").leaf();
    try (var identities = Identities.start(source, InstantSource.system(), any -> {})) {
      LiveIdentity web = identities.enrol(authority.id("shop", "web"));
      await().until(() -> web.certificate().isPresent());
      assertThat(web.certificate().orElseThrow().leaf()).isEqualTo(old);

      var renewed = authority.certificate("shop", "web").leaf();

      await().until(() -> web.certificate().orElseThrow().leaf().equals(renewed));
    }
  }

  @Test
  void files_that_do_not_fit_each_other_leave_the_certificate_that_is_used() throws IOException {
    authority.certificate("shop", "web");
    authority.certificate("shop", "api");
    var folder = authority.files().resolve("shop");
    assertThat(source.obtain(authority.id("shop", "web"))).isInstanceOf(Obtained.Issued.class);

    Files.copy(
        folder.resolve("api/key.pem"),
        folder.resolve("web/key.pem"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    assertThat(source.obtain(authority.id("shop", "web")))
        .isInstanceOfSatisfying(
            Obtained.Failed.class,
            failed -> assertThat(failed.reason()).contains("key.pem").contains("not the key"));
  }

  @Test
  void an_unchanged_file_is_not_read_again() {
    authority.certificate("shop", "web");
    Obtained first = source.obtain(authority.id("shop", "web"));

    assertThat(source.obtain(authority.id("shop", "web"))).isSameAs(first);
  }

  @Test
  void a_missing_file_is_named() {
    assertThat(source.obtain(authority.id("shop", "nobody")))
        .isInstanceOfSatisfying(
            Obtained.Failed.class,
            failed ->
                assertThat(failed.reason()).contains("nobody/cert-chain.pem").contains("missing"));
  }
}
