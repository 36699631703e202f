package dev.sluice.controlplane.ca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.controlplane.ca.CertificateAuthority.Issued;
import dev.sluice.controlplane.ca.CertificateAuthority.Opened;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.identity.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {

  private static final TrustDomain CLUSTER = new TrustDomain("cluster.local");
  private static final SpiffeId WEB = SpiffeId.of("cluster.local", "shop", "web");
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir private Path directory;
  private CertificateAuthority authority;

  @BeforeEach
  void open() {
    authority = open(directory, InstantSource.system());
  }

  private static CertificateAuthority open(Path directory, InstantSource clock) {
    return ((Opened.Ready) CertificateAuthority.open(directory, CLUSTER, clock)).authority();
  }

  @Test
  void issues_a_short_lived_leaf_for_exactly_the_identity() throws Exception {
    Instant before = Instant.now();
    X509Certificate leaf = issue(authority);

    leaf.verify(authority.roots().getFirst().getPublicKey());
    assertThat(leaf.getSubjectAlternativeNames()).containsExactly(List.of(6, WEB.uri()));
    assertThat(leaf.getCriticalExtensionOIDs()).contains("2.5.29.17");
    assertThat(leaf.getSubjectX500Principal().getName()).isEmpty();
    assertThat(leaf.getExtendedKeyUsage())
        .containsExactlyInAnyOrder("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getNotBefore()).isBefore(before);
    assertThat(leaf.getNotAfter())
        .isBetween(before.plus(HOUR).minusSeconds(2), Instant.now().plus(HOUR).plusSeconds(1));
    assertThat(leaf.getSerialNumber().bitLength()).isGreaterThan(64);
    assertThat(leaf.getSerialNumber()).isNotEqualTo(issue(authority).getSerialNumber());
  }

  private static X509Certificate issue(CertificateAuthority authority) {
    Issued issued = authority.issue(WorkloadKeys.generate(WEB).requestPem(), WEB, HOUR);
    return certified(issued);
  }

  private static X509Certificate certified(Issued issued) {
    return ((Issued.Certificate) issued).chain().getFirst();
  }

  @Test
  void is_the_same_authority_when_opened_again() throws Exception {
    CertificateAuthority again = open(directory, InstantSource.system());

    assertThat(again.roots()).isEqualTo(authority.roots());
    issue(again).verify(authority.roots().getFirst().getPublicKey());
  }

  @Test
  void only_its_owner_reads_the_key() throws IOException {
    assertThat(Files.getPosixFilePermissions(directory.resolve("ca-key.pem")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void a_leaf_does_not_outlive_its_root() {
    Instant end = authority.roots().getFirst().getNotAfter().toInstant();
    CertificateAuthority late = open(directory, () -> end.minusSeconds(60));

    assertThat(issue(late).getNotAfter().toInstant()).isEqualTo(end);
    assertThat(CertificateAuthority.open(directory, CLUSTER, () -> end.plusSeconds(1)))
        .isInstanceOf(Opened.Unusable.class);
  }

  @Test
  void does_not_open_with_half_of_its_files_or_foreign_ones(@TempDir Path other)
      throws IOException {
    open(other, InstantSource.system());
    Path key = directory.resolve("ca-key.pem");
    Files.copy(other.resolve("ca-key.pem"), key, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertUnusable(CLUSTER, "not the key");

    Files.writeString(key, "nonsense");
    assertUnusable(CLUSTER, "PKCS#8");

    Files.delete(key);
    assertUnusable(CLUSTER, "missing");
  }

  @Test
  void does_not_open_as_the_authority_of_another_trust_domain() {
    assertUnusable(new TrustDomain("elsewhere"), "not the root");
  }

  private void assertUnusable(TrustDomain trustDomain, String reason) {
    assertThat(CertificateAuthority.open(directory, trustDomain, InstantSource.system()))
        .isInstanceOfSatisfying(
            Opened.Unusable.class, unusable -> assertThat(unusable.reason()).contains(reason));
  }

  @Test
  void refuses_a_foreign_trust_domain() {
    SpiffeId foreign = SpiffeId.of("elsewhere", "shop", "web");
    assertRefused(
        Refusal.FOREIGN_TRUST_DOMAIN,
        authority.issue(WorkloadKeys.generate(foreign).requestPem(), foreign, HOUR));
  }

  @Test
  void refuses_a_validity_that_is_not_short_and_positive() {
    String request = WorkloadKeys.generate(WEB).requestPem();
    for (Duration validity : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(8))) {
      assertRefused(Refusal.BAD_VALIDITY, authority.issue(request, WEB, validity));
    }
  }

  @Test
  void refuses_any_other_set_of_names() throws Exception {
    GeneralName own = uri(WEB.uri());
    KeyPair keys = pair("secp256r1");
    List<GeneralName[]> wrong =
        List.of(
            new GeneralName[] {},
            new GeneralName[] {uri("spiffe://cluster.local/ns/shop/sa/admin")},
            new GeneralName[] {own, uri("spiffe://cluster.local/ns/shop/sa/admin")},
            new GeneralName[] {own, own},
            new GeneralName[] {own, new GeneralName(GeneralName.dNSName, "web.shop")},
            new GeneralName[] {new GeneralName(GeneralName.dNSName, WEB.uri())});
    for (GeneralName[] names : wrong) {
      assertRefused(Refusal.WRONG_IDENTITY, authority.issue(request(keys, keys, names), WEB, HOUR));
    }
  }

  @Test
  void refuses_a_request_without_proof_of_its_key() throws Exception {
    KeyPair victim = pair("secp256r1");
    KeyPair thief = pair("secp256r1");

    assertRefused(
        Refusal.BAD_SIGNATURE, authority.issue(request(victim, thief, uri(WEB.uri())), WEB, HOUR));
  }

  @Test
  void refuses_keys_other_than_p_256() throws Exception {
    KeyPair larger = pair("secp384r1");
    assertRefused(
        Refusal.WRONG_KEY, authority.issue(request(larger, larger, uri(WEB.uri())), WEB, HOUR));
  }

  @Test
  void refuses_what_is_no_request() {
    String request = WorkloadKeys.generate(WEB).requestPem();
    for (String text : List.of("", "hello", request + request, authority.rootsPem())) {
      assertRefused(Refusal.MALFORMED, authority.issue(text, WEB, HOUR));
    }
    assertRefused(Refusal.TOO_LARGE, authority.issue(" ".repeat(20_000) + request, WEB, HOUR));
  }

  @Test
  void a_damaged_request_never_certifies_another_key() {
    String pem = WorkloadKeys.generate(WEB).requestPem();
    byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    PublicKey key = certified(authority.issue(pem, WEB, HOUR)).getPublicKey();
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = der.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      String text = Pem.of("CERTIFICATE REQUEST", damaged);

      // Damage outside of what is signed may pass; what is certified never differs.
      switch (authority.issue(text, WEB, HOUR)) {
        case Issued.Refused refused -> assertThat(refused.detail()).isNotNull();
        case Issued.Certificate(var chain, var ignored) ->
            assertThat(chain.getFirst().getPublicKey()).isEqualTo(key);
      }
    }
  }

  @Test
  void writes_the_files_a_proxy_reads(@TempDir Path files) throws IOException {
    assertThat(new WorkloadFiles(files).enrol(authority, WEB, HOUR))
        .isEqualTo(new WorkloadFiles.Enrolled.Written(files.resolve("shop/web")));

    Path folder = files.resolve("shop/web");
    assertThat(Files.getPosixFilePermissions(folder.resolve("key.pem")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(Files.readString(folder.resolve("cert-chain.pem"))).contains("BEGIN CERTIFICATE");
    assertThat(Files.readString(folder.resolve("root-cert.pem"))).isEqualTo(authority.rootsPem());
    assertThat(files.resolve("shop/web")).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void writes_nothing_outside_of_its_directory(@TempDir Path files) {
    assertThat(
            new WorkloadFiles(files.resolve("in"))
                .enrol(authority, SpiffeId.of("cluster.local", "..", "web"), HOUR))
        .isInstanceOf(WorkloadFiles.Enrolled.Failed.class);
    assertThat(files).isEmptyDirectory();
  }

  private static void assertRefused(Refusal refusal, Issued issued) {
    assertThat(issued)
        .isInstanceOfSatisfying(
            Issued.Refused.class, refused -> assertThat(refused.refusal()).isEqualTo(refusal));
  }

  private static GeneralName uri(String uri) {
    return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
  }

  private static KeyPair pair(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  private static String request(KeyPair subject, KeyPair signer, GeneralName... names)
      throws Exception {
    var builder = new JcaPKCS10CertificationRequestBuilder(new X500Name(""), subject.getPublic());
    if (names.length > 0) {
      ExtensionsGenerator extensions = new ExtensionsGenerator();
      extensions.addExtension(Extension.subjectAlternativeName, true, new GeneralNames(names));
      builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
    }
    return Pem.of(
        "CERTIFICATE REQUEST",
        builder
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate()))
            .getEncoded());
  }
}
