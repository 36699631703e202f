package dev.sluice.controlplane.ca;

import java.util.Locale;

/// Why a certificate request is refused.
public enum Refusal {
  /// Larger than 16 KiB.
  TOO_LARGE,
  /// Not one PEM block with a PKCS#10 request.
  MALFORMED,
  /// The request is not signed by the key it asks for.
  BAD_SIGNATURE,
  /// The key is not an ECDSA P-256 key.
  WRONG_KEY,
  /// The names in the request are not exactly the one identity to be certified.
  WRONG_IDENTITY,
  /// The identity belongs to another trust domain than the authority.
  FOREIGN_TRUST_DOMAIN,
  /// The validity asked for is not positive or too long.
  BAD_VALIDITY;

  /// The reason in logs and metrics, for example `bad_signature`.
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
