package dev.sluice.cli.command;

import dev.sluice.engine.bundle.KeyAlgorithm;

/// The algorithms of keys as users name them.
enum AlgorithmName {
  ED25519("ed25519", KeyAlgorithm.ED25519),
  ECDSA_P256("ecdsa-p256", KeyAlgorithm.ECDSA_P256);

  private final String word;
  private final KeyAlgorithm algorithm;

  AlgorithmName(String word, KeyAlgorithm algorithm) {
    this.word = word;
    this.algorithm = algorithm;
  }

  KeyAlgorithm algorithm() {
    return algorithm;
  }

  @Override
  public String toString() {
    return word;
  }
}
