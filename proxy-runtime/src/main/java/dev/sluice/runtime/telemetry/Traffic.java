package dev.sluice.runtime.telemetry;

import dev.sluice.runtime.mesh.Service;
import org.jspecify.annotations.Nullable;

/// What is known of a connection when it is opened: the labels of its metrics.
public record Traffic(
    Reporter reporter,
    Party source,
    Party destination,
    @Nullable Service service,
    Security security) {

  /// Which end reports.
  public enum Reporter {
    SOURCE("source"),
    DESTINATION("destination");

    private final String text;

    Reporter(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  /// How the connection is secured in the mesh.
  public enum Security {
    MUTUAL_TLS("mutual_tls"),
    UNKNOWN("unknown");

    private final String text;

    Security(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }
}
