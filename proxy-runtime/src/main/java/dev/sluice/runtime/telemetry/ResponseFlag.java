package dev.sluice.runtime.telemetry;

/// Why a connection failed, as in the label `response_flags`. Source: ztunnel's metrics.
public enum ResponseFlag {
  NONE("-"),
  DENY("DENY"),
  CONNECT("CONNECT"),
  TLS_FAILURE("TLS_FAILURE"),
  H2_HANDSHAKE_FAILURE("H2_HANDSHAKE_FAILURE"),
  NETWORK_POLICY("NETWORK_POLICY"),
  IDENTITY_ERROR("IDENTITY_ERROR"),
  CERT_REVOKED("CERT_REVOKED");

  private final String text;

  ResponseFlag(String text) {
    this.text = text;
  }

  /// The value of the label.
  public String text() {
    return text;
  }
}
