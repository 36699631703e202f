package dev.sluice.runtime.identity;

import dev.sluice.engine.identity.SpiffeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A directory of workload certificates: `<dir>/<namespace>/<service
/// account>/{cert-chain.pem,key.pem,root-cert.pem}`.
///
/// Keys are unencrypted PKCS#8 of an EC or RSA key; every file is at most 256 KiB.
public record CertificateDirectory(Path directory) {

  private static final int MAX_FILE_SIZE = 256 * 1024;
  private static final String CHAIN = "cert-chain.pem";
  private static final String KEY = "key.pem";
  private static final String ROOTS = "root-cert.pem";
  private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String KEY_END = "-----END PRIVATE KEY-----";

  /// What reading one certificate brought.
  public sealed interface Loaded {

    /// Read, and the key belongs to the leaf.
    record Ready(WorkloadCertificate certificate) implements Loaded {}

    /// A file is not there.
    record Missing(Path file) implements Loaded {}

    /// A file is there and unusable.
    record Invalid(Path file, String reason) implements Loaded {}
  }

  /// Reads the certificate of a service account.
  public Loaded load(String namespace, String serviceAccount) {
    if (!isFolderName(namespace) || !isFolderName(serviceAccount)) {
      return new Loaded.Invalid(
          directory, "has no folder for `" + namespace + "/" + serviceAccount + "`");
    }
    Path folder = directory.resolve(namespace).resolve(serviceAccount);
    Path chainFile = folder.resolve(CHAIN);
    Path keyFile = folder.resolve(KEY);
    Path rootsFile = folder.resolve(ROOTS);
    Path current = chainFile;
    try {
      List<X509Certificate> chain = Pem.certificates(read(chainFile));
      current = rootsFile;
      List<X509Certificate> roots = Pem.certificates(read(rootsFile));
      current = keyFile;
      PrivateKey key = key(read(keyFile), chain.getFirst().getPublicKey());
      current = chainFile;
      return assemble(folder, new Parts(chain, key, roots));
    } catch (NoSuchFileException e) {
      return new Loaded.Missing(current);
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      return new Loaded.Invalid(current, String.valueOf(e.getMessage()));
    }
  }

  /// What the files of a service account look like: differs when one of them was changed.
  String stamp(String namespace, String serviceAccount) {
    if (!isFolderName(namespace) || !isFolderName(serviceAccount)) {
      return "";
    }
    Path folder = directory.resolve(namespace).resolve(serviceAccount);
    return Stream.of(CHAIN, KEY, ROOTS)
        .map(folder::resolve)
        .map(file -> FileStamp.of(file).map(FileStamp::toString).orElse("gone"))
        .collect(Collectors.joining(" "));
  }

  private static boolean isFolderName(String segment) {
    return !segment.isEmpty()
        && !segment.equals(".")
        && !segment.equals("..")
        && segment.indexOf('/') < 0
        && segment.indexOf('\0') < 0;
  }

  private record Parts(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> roots) {}

  private static Loaded assemble(Path folder, Parts parts) {
    List<SpiffeId> ids = SpiffeNames.of(parts.chain.getFirst());
    Path chainFile = folder.resolve(CHAIN);
    if (ids.size() != 1) {
      return new Loaded.Invalid(chainFile, "names " + ids.size() + " workload identities, not one");
    }
    SpiffeId id = ids.getFirst();
    if (!folder.endsWith(Path.of(id.namespace(), id.serviceAccount()))) {
      return new Loaded.Invalid(chainFile, "is the certificate of `" + id + "`");
    }
    return new Loaded.Ready(new WorkloadCertificate(id, parts.chain, parts.key, parts.roots));
  }

  private static String read(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE_SIZE + 1);
      if (bytes.length > MAX_FILE_SIZE) {
        throw new IOException("is larger than " + MAX_FILE_SIZE + " bytes");
      }
      return new String(bytes, StandardCharsets.US_ASCII);
    }
  }

  private static PrivateKey key(String pem, PublicKey owner) throws GeneralSecurityException {
    int begin = pem.indexOf(KEY_BEGIN);
    int end = pem.indexOf(KEY_END);
    if (begin < 0 || end < begin) {
      throw new GeneralSecurityException("holds no PKCS#8 private key");
    }
    byte[] der = Base64.getMimeDecoder().decode(pem.substring(begin + KEY_BEGIN.length(), end));
    String algorithm = owner.getAlgorithm();
    PrivateKey key =
        KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    byte[] probe = "sluice".getBytes(StandardCharsets.US_ASCII);
    Signature signature = Signature.getInstance("SHA256with" + (isEc(owner) ? "ECDSA" : "RSA"));
    signature.initSign(key);
    signature.update(probe);
    byte[] signed = signature.sign();
    signature.initVerify(owner);
    signature.update(probe);
    if (!signature.verify(signed)) {
      throw new GeneralSecurityException("is not the key of the certificate");
    }
    return key;
  }

  private static boolean isEc(PublicKey key) {
    return key.getAlgorithm().equals("EC");
  }
}
