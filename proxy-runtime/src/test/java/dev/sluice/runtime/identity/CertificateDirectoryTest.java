package dev.sluice.runtime.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.runtime.identity.CertificateDirectory.Loaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateDirectoryTest {

  private final TestAuthority authority = new TestAuthority("cluster.local");
  private final CertificateDirectory directory = new CertificateDirectory(authority.files());

  @Test
  void loads_what_the_authority_wrote() {
    WorkloadCertificate certificate = authority.certificate("shop", "web");

    assertThat(certificate.id()).isEqualTo(authority.id("shop", "web"));
    assertThat(certificate.chain()).hasSize(1);
    assertThat(certificate.roots()).hasSize(1);
    assertThat(certificate.toString()).contains("shop").doesNotContain("PrivateKey");
  }

  @Test
  void names_the_missing_file() throws IOException {
    authority.certificate("shop", "web");
    Path root = authority.files().resolve("shop/web/root-cert.pem");
    Files.delete(root);

    assertThat(directory.load("shop", "web")).isEqualTo(new Loaded.Missing(root));
    assertThat(directory.load("shop", "nobody")).isInstanceOf(Loaded.Missing.class);
  }

  @Test
  void refuses_the_key_of_another_certificate() throws IOException {
    authority.certificate("shop", "web");
    authority.certificate("shop", "api");
    copy("shop/api/key.pem", "shop/web/key.pem");

    assertThat(directory.load("shop", "web")).isInstanceOf(Loaded.Invalid.class);
  }

  @Test
  void refuses_the_certificate_of_another_workload() throws IOException {
    authority.certificate("shop", "web");
    authority.certificate("shop", "api");
    copy("shop/api/key.pem", "shop/web/key.pem");
    copy("shop/api/cert-chain.pem", "shop/web/cert-chain.pem");

    assertThat(directory.load("shop", "web"))
        .asString()
        .contains("is the certificate of `spiffe://cluster.local/ns/shop/sa/api`");
  }

  @Test
  void refuses_garbage_and_files_too_large() throws IOException {
    authority.certificate("shop", "web");
    Path key = authority.files().resolve("shop/web/key.pem");
    Files.writeString(key, "-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----\n");
    assertThat(directory.load("shop", "web")).isInstanceOf(Loaded.Invalid.class);

    Files.write(key, new byte[300 * 1024]);
    assertThat(directory.load("shop", "web")).asString().contains("larger than");
  }

  @ParameterizedTest
  @CsvSource({"..,web", "shop,..", ".,web", "shop/web,x", "'',web"})
  void refuses_names_that_leave_the_directory(String namespace, String serviceAccount) {
    assertThat(directory.load(namespace, serviceAccount)).isInstanceOf(Loaded.Invalid.class);
  }

  private void copy(String from, String to) throws IOException {
    Files.copy(
        authority.files().resolve(from),
        authority.files().resolve(to),
        StandardCopyOption.REPLACE_EXISTING);
  }
}
