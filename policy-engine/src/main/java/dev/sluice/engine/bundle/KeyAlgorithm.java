package dev.sluice.engine.bundle;

import java.util.Optional;

/// A signature algorithm; it belongs to a key, and no envelope can choose another.
public enum KeyAlgorithm {
  /// Ed25519 (RFC 8032), signatures of 64 bytes.
  ED25519("ed25519"),
  /// ECDSA on P-256 with SHA-256 (FIPS 186-5), signatures in ASN.1 DER.
  ECDSA_P256("ecdsa-p256-sha256");

  private final String id;

  KeyAlgorithm(String id) {
    this.id = id;
  }

  /// The name in `root.json`.
  public String id() {
    return id;
  }

  static Optional<KeyAlgorithm> of(String id) {
    for (KeyAlgorithm algorithm : values()) {
      if (algorithm.id.equals(id)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }
}
