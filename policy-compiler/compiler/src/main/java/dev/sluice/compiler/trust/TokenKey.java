package dev.sluice.compiler.trust;

import dev.sluice.engine.bundle.KeyAlgorithm;
import dev.sluice.engine.bundle.Signatory;
import dev.sluice.engine.bundle.VerificationKey;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.security.Signature;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Optional;

/// An ECDSA P-256 key on a PKCS#11 token, found by the label of its certificate.
///
/// The JDK finds a token's private key only beside a certificate with the same label, which
/// `keytool -genkeypair -storetype PKCS11` makes; the certificate is used for its public key alone.
final class TokenKey implements Signatory {
  private static final int MOST_PIN_BYTES = 256;

  private final Provider provider;
  private final PrivateKey privateKey;
  private final VerificationKey publicKey;

  private TokenKey(Provider provider, PrivateKey privateKey, VerificationKey publicKey) {
    this.provider = provider;
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }

  /// Finds the key; `passphrases` are asked for the PIN when no file has it.
  static KeyReader.Loaded open(TokenAddress address, Passphrases passphrases) {
    Optional<char[]> pin = pin(address, passphrases);
    try {
      String slot =
          address.slot().isPresent() ? "slot=" + address.slot().getAsLong() : "slotListIndex=0";
      String settings =
          "--name=sluice\nlibrary=\"" + address.module() + "\"\n" + slot + "\nshowInfo=false\n";
      Provider provider = Security.getProvider("SunPKCS11").configure(settings);
      KeyStore store = KeyStore.getInstance("PKCS11", provider);
      store.load(null, pin.orElse(null));
      if (!(store.getKey(address.object(), null) instanceof PrivateKey key)) {
        return unusable(
            address,
            "no private key with that label",
            "the label is that of the key's certificate on the token");
      }
      return of(address, provider, key, store.getCertificate(address.object()));
    } catch (GeneralSecurityException
        | IOException
        | ProviderException
        | InvalidParameterException failure) {
      return unusable(
          address,
          "the token cannot be used: " + rootCause(failure),
          "check the module, the slot and the PIN");
    } finally {
      pin.ifPresent(characters -> Arrays.fill(characters, '\0'));
    }
  }

  private static KeyReader.Loaded of(
      TokenAddress address, Provider provider, PrivateKey key, Certificate certificate) {
    return VerificationKey.parse(KeyAlgorithm.ECDSA_P256, certificate.getPublicKey().getEncoded())
        .<KeyReader.Loaded>map(
            publicKey -> new KeyReader.Loaded.Ready(new TokenKey(provider, key, publicKey)))
        .orElseGet(() ->
            unusable(address, "not an ECDSA P-256 key", "make a key of that kind on the token"));
  }

  private static Optional<char[]> pin(TokenAddress address, Passphrases passphrases) {
    if (address.pinFile().isEmpty()) {
      return passphrases.of("token key `" + address.object() + "`");
    }
    try (var in = Files.newInputStream(address.pinFile().get())) {
      byte[] bytes = in.readNBytes(MOST_PIN_BYTES);
      char[] pin = new String(bytes, java.nio.charset.StandardCharsets.UTF_8).strip().toCharArray();
      Arrays.fill(bytes, (byte) 0);
      return Optional.of(pin);
    } catch (IOException unreadable) {
      // the token says what it misses
      return Optional.empty();
    }
  }

  private static String rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  private static KeyReader.Loaded unusable(TokenAddress address, String message, String help) {
    return new KeyReader.Loaded.Unusable(new Problem(address.module(), message, help));
  }

  @Override
  public VerificationKey publicKey() {
    return publicKey;
  }

  @Override
  public byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA", provider);
      signature.initSign(privateKey);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException | ProviderException broken) {
      throw new IllegalStateException("the token cannot sign with " + publicKey, broken);
    }
  }

  @Override
  public String toString() {
    return "token key of " + publicKey;
  }
}
