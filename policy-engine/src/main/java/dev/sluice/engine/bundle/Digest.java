package dev.sluice.engine.bundle;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/// A SHA-256 digest as 64 lower-case hexadecimal digits; prints as `sha256:<hex>`.
public record Digest(String hex) implements Comparable<Digest> {
  private static final String PREFIX = "sha256:";

  /// @throws IllegalArgumentException when `hex` is not 64 lower-case hexadecimal digits
  public Digest {
    if (!isHex(hex)) {
      throw new IllegalArgumentException("not a sha-256 digest in hex");
    }
  }

  /// The digest of `bytes`.
  public static Digest of(byte[] bytes) {
    return new Digest(HexFormat.of().formatHex(sha256().digest(bytes)));
  }

  /// Reads 64 lower-case hexadecimal digits.
  public static Optional<Digest> parseHex(String hex) {
    return isHex(hex) ? Optional.of(new Digest(hex)) : Optional.empty();
  }

  /// Reads `sha256:<hex>`.
  public static Optional<Digest> parse(String text) {
    return text.startsWith(PREFIX) ? parseHex(text.substring(PREFIX.length())) : Optional.empty();
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException("no SHA-256", everyJavaHasIt);
    }
  }

  private static boolean isHex(String text) {
    return text.length() == 64
        && text.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
