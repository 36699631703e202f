package dev.sluice.runtime.identity;

import dev.sluice.engine.identity.SpiffeId;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// A workload's identity with the proof of it: chain (leaf first, root not included), private key,
/// and the roots its peers are verified against.
public record WorkloadCertificate(
    SpiffeId id, List<X509Certificate> chain, PrivateKey key, List<X509Certificate> roots) {

  /// @throws IllegalArgumentException when the chain or the roots are empty
  public WorkloadCertificate {
    chain = List.copyOf(chain);
    roots = List.copyOf(roots);
    if (chain.isEmpty() || roots.isEmpty()) {
      throw new IllegalArgumentException("a certificate needs a chain and at least one root");
    }
  }

  /// The certificate itself.
  public X509Certificate leaf() {
    return chain.getFirst();
  }

  @Override
  public String toString() {
    return "WorkloadCertificate[" + id + ", serial " + leaf().getSerialNumber().toString(16) + "]";
  }
}
