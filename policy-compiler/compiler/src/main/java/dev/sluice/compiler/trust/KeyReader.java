package dev.sluice.compiler.trust;

import dev.sluice.engine.bundle.Signatory;
import dev.sluice.engine.bundle.SigningKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Gets private keys from where they are.
///
/// @param variables the environment, for {@link KeySource.InEnvironment}
public record KeyReader(Map<String, String> variables, Passphrases passphrases) {
  private static final int MAX_BYTES = 64 * 1024;

  public KeyReader {
    variables = Map.copyOf(variables);
  }

  /// Reads plain files only.
  public static KeyReader ofFiles() {
    return new KeyReader(Map.of(), Passphrases.NONE);
  }

  /// What came of looking for a key.
  public sealed interface Loaded {
    /// It can sign.
    record Ready(Signatory signatory) implements Loaded {}

    /// It is not there or cannot be used.
    record Unusable(Problem problem) implements Loaded {}
  }

  /// Looks for a key.
  public Loaded read(KeySource source) {
    return switch (source) {
      case KeySource.InFile(var file) -> file(file);
      case KeySource.InEnvironment(var variable) -> {
        String text = variables.getOrDefault(variable, "");
        yield text.isEmpty()
            ? unusable(
                Path.of("env:" + variable), "the variable is not set", "set it to PKCS#8 PEM text")
            : pem(Path.of("env:" + variable), text);
      }
      case KeySource.OnToken(var address) -> TokenKey.open(address, passphrases);
    };
  }

  private Loaded file(Path file) {
    try (var in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      return bytes.length > MAX_BYTES
          ? unusable(file, "too large", "supply the right file")
          : pem(file, new String(bytes, StandardCharsets.US_ASCII));
    } catch (NoSuchFileException _) {
      return unusable(file, "missing", "restore it, or name another key");
    } catch (IOException failure) {
      return unusable(
          file,
          "cannot be read (" + failure.getClass().getSimpleName() + ")",
          "check its permissions");
    }
  }

  private Loaded pem(Path where, String text) {
    if (!EncryptedKey.isEncrypted(text)) {
      return SigningKey.parsePem(text)
          .<Loaded>map(Loaded.Ready::new)
          .orElseGet(() ->
              unusable(
                  where,
                  "not a private key of a supported algorithm",
                  "supply PKCS#8 PEM with an Ed25519 or P-256 key"));
    }
    Optional<char[]> passphrase = passphrases.of("key `" + where + "`");
    if (passphrase.isEmpty()) {
      return unusable(
          where,
          "the key is encrypted and no passphrase was given",
          "give it by a file or a variable, or run the command in a terminal");
    }
    return EncryptedKey.decrypt(text, passphrase.get())
        .<Loaded>map(Loaded.Ready::new)
        .orElseGet(() ->
            unusable(where, "the key cannot be decrypted", "check the passphrase and the file"));
  }

  private static Loaded unusable(Path where, String message, String help) {
    return new Loaded.Unusable(new Problem(where, message, help));
  }
}
