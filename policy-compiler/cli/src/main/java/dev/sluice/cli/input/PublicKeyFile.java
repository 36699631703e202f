package dev.sluice.cli.input;

import dev.sluice.engine.bundle.VerificationKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads the public keys users name.
public final class PublicKeyFile {
  private static final int MAX_BYTES = 16 * 1024;

  private PublicKeyFile() {}

  /// What came of reading a key.
  public sealed interface Reading {
    /// A key of a supported algorithm.
    record Key(VerificationKey key) implements Reading {}

    /// None, and why.
    record Unusable(String problem) implements Reading {}
  }

  /// Reads one `PUBLIC KEY` in PEM (RFC 7468).
  public static Reading read(Path file) {
    try (var in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.US_ASCII);
      return VerificationKey.parsePem(text)
          .<Reading>map(Reading.Key::new)
          .orElseGet(() ->
              new Reading.Unusable(
                  "`" + file + "` is no public key of a supported algorithm in PEM"));
    } catch (IOException unreadable) {
      return new Reading.Unusable(
          "cannot read `" + file + "` (" + unreadable.getClass().getSimpleName() + ")");
    }
  }
}
