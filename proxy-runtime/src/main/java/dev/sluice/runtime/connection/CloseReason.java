package dev.sluice.runtime.connection;

/// Why a connection ended, as counted in `sluice_connections_closed_total{reason}`.
public enum CloseReason {
  /// Both ends were done.
  COMPLETE("complete"),
  /// It was refused before any byte was passed on.
  REFUSED("refused"),
  /// The other side could not be reached.
  CONNECT_FAILED("connect_failed"),
  /// One of the ends broke off.
  BROKEN("broken"),
  /// A new bundle forbids it.
  POLICY_CHANGE("policy_change"),
  /// A new mesh made it forbidden, for example by other labels.
  MESH_CHANGE("mesh_change"),
  /// The certificate of its peer was revoked.
  REVOKED("certificate_revoked"),
  /// It outlived the drain deadline.
  DRAIN("drain");

  private final String code;

  CloseReason(String code) {
    this.code = code;
  }

  /// Stable snake_case word.
  public String code() {
    return code;
  }

  /// What the access log says; the words of upstream ztunnel where it has any.
  public String message() {
    return switch (this) {
      case COMPLETE -> "connection complete";
      case REFUSED -> "connection closed due to policy rejection";
      case CONNECT_FAILED -> "connection failed";
      case BROKEN -> "connection broken";
      case POLICY_CHANGE, MESH_CHANGE -> "connection closed due to policy change";
      case REVOKED -> "connection closed due to certificate revocation";
      case DRAIN -> "connection closed due to connection drain";
    };
  }
}
