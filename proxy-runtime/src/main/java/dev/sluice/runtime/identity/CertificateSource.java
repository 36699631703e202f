package dev.sluice.runtime.identity;

import dev.sluice.engine.identity.SpiffeId;
import java.time.Duration;
import java.time.Instant;

/// Where workload certificates come from: files or an authority.
///
/// Asked on virtual threads, by several at once, never twice at once for the same identity.
public interface CertificateSource {

  /// What asking for a certificate brought.
  sealed interface Obtained {

    /// A certificate of the identity asked for.
    record Issued(WorkloadCertificate certificate) implements Obtained {}

    /// None, and why.
    record Failed(String reason) implements Obtained {}
  }

  /// Whether roots that come with one identity are good for the others too.
  enum RootScope {
    /// One authority signs for all: whatever it says of its roots holds for every identity.
    SHARED,
    /// Each identity has its own.
    OWN
  }

  /// Gets a certificate; blocks.
  Obtained obtain(SpiffeId id);

  /// How long after `now`, when it was obtained, a certificate is to be replaced.
  Duration renewAfter(WorkloadCertificate certificate, Instant now);

  /// How long to wait after so many failures in a row, at least 1.
  Duration retryAfter(int failures);

  RootScope rootScope();
}
