package dev.sluice.compiler.space;

import java.util.List;

/// One thing about a connection or request that conditions look at.
public sealed interface Aspect {

  /// Who the peer is.
  record PeerIdentity() implements Aspect {}

  /// The address of the original client.
  record SourceAddress() implements Aspect {}

  /// The address of the workload.
  record WorkloadAddress() implements Aspect {}

  /// The port of the workload.
  record WorkloadPort() implements Aspect {}

  /// Whether a Service is addressed, and by which address and port.
  record AddressedService() implements Aspect {}

  /// The method.
  record Method() implements Aspect {}

  /// The host.
  record Host() implements Aspect {}

  /// The path.
  record Path() implements Aspect {}

  /// A header by lower-case name.
  record Header(String name) implements Aspect {}

  /// What the token amounts to.
  record TokenValidity() implements Aspect {}

  /// Whether a claim has a text of one kind, of which `example` is one.
  record ClaimText(List<String> path, String example) implements Aspect {
    public ClaimText {
      path = List.copyOf(path);
    }
  }
}
