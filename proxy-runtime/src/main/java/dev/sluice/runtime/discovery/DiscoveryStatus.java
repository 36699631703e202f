package dev.sluice.runtime.discovery;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How discovery is doing, for operators.
///
/// @param connectedSince empty while there is no connection
/// @param lastError why the last connection ended, empty when none has
/// @param resources how many are held
/// @param refused what was refused of the last response that was not taken as a whole
public record DiscoveryStatus(
    String server,
    Optional<Instant> connectedSince,
    String lastError,
    int resources,
    List<String> refused) {
  public DiscoveryStatus {
    refused = List.copyOf(refused);
  }
}
