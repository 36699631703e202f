package dev.sluice.ztunnel.outbound;

import dev.sluice.runtime.hbone.TunnelException;
import dev.sluice.runtime.hbone.TunnelFailure;
import dev.sluice.runtime.telemetry.ResponseFlag;

/// Why an endpoint could not be reached, as logs and metrics say it, and whether another may be.
record DialFailure(ResponseFlag flag, String error, Elsewhere elsewhere) {

  /// Whether it makes sense to try another endpoint: nothing has been sent, and the reason is the
  /// endpoint's own.
  enum Elsewhere {
    MAY_WORK,
    /// It was a decision, or a lack of ours.
    WOULD_NOT
  }

  private static final int UNAVAILABLE = 503;

  /// There was no certificate to dial with.
  static final class NoCertificate extends Exception {
    private static final long serialVersionUID = 1L;

    NoCertificate(String reason) {
      super(reason, null, false, false);
    }
  }

  static DialFailure of(Throwable cause) {
    String error = String.valueOf(cause.getMessage());
    return switch (cause) {
      case TunnelException tunnel ->
          new DialFailure(flag(tunnel.failure()), error, elsewhere(tunnel.failure()));
      case NoCertificate _ ->
          new DialFailure(ResponseFlag.IDENTITY_ERROR, error, Elsewhere.WOULD_NOT);
      case Throwable _ -> new DialFailure(ResponseFlag.CONNECT, error, Elsewhere.MAY_WORK);
    };
  }

  private static ResponseFlag flag(TunnelFailure failure) {
    return switch (failure) {
      case TunnelFailure.HandshakeFailed _ -> ResponseFlag.TLS_FAILURE;
      case TunnelFailure.WrongIdentity _ -> ResponseFlag.IDENTITY_ERROR;
      case TunnelFailure.ConnectTimedOut _ -> ResponseFlag.NETWORK_POLICY;
      case TunnelFailure.Refused _,
          TunnelFailure.ConnectFailed _,
          TunnelFailure.ResponseTimedOut _,
          TunnelFailure.ConnectionLost _,
          TunnelFailure.PoolExhausted _ ->
          ResponseFlag.CONNECT;
    };
  }

  private static Elsewhere elsewhere(TunnelFailure failure) {
    return switch (failure) {
      case TunnelFailure.Refused(int status) when status != UNAVAILABLE -> Elsewhere.WOULD_NOT;
      case TunnelFailure.PoolExhausted _ -> Elsewhere.WOULD_NOT;
      case TunnelFailure.Refused _,
          TunnelFailure.ConnectFailed _,
          TunnelFailure.ConnectTimedOut _,
          TunnelFailure.HandshakeFailed _,
          TunnelFailure.WrongIdentity _,
          TunnelFailure.ResponseTimedOut _,
          TunnelFailure.ConnectionLost _ ->
          Elsewhere.MAY_WORK;
    };
  }
}
