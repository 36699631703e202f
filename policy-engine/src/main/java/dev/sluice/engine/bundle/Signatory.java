package dev.sluice.engine.bundle;

/// Whoever can sign with a private key: the key itself, or a device that never gives it away.
public interface Signatory {
  /// The public half.
  VerificationKey publicKey();

  /// The signature of `message`, encoded as {@link KeyAlgorithm} says.
  ///
  /// @throws IllegalStateException when a device that holds the key fails
  byte[] sign(byte[] message);
}
