package dev.sluice.waypoint.upstream;

import dev.sluice.runtime.hbone.TunnelException;
import dev.sluice.runtime.hbone.TunnelFailure;

/// Why a call to an endpoint failed: a stable snake_case code and a sentence for the log.
public record UpstreamFailure(String code, String detail) {

  static UpstreamFailure from(Throwable cause) {
    if (!(cause instanceof TunnelException tunnel)) {
      return new UpstreamFailure("connect_failed", String.valueOf(cause.getMessage()));
    }
    TunnelFailure failure = tunnel.failure();
    String code =
        switch (failure) {
          case TunnelFailure.ConnectFailed _, TunnelFailure.ConnectTimedOut _ -> "connect_failed";
          case TunnelFailure.HandshakeFailed _ -> "handshake_failed";
          case TunnelFailure.WrongIdentity _ -> "wrong_identity";
          case TunnelFailure.Refused _ -> "tunnel_refused";
          case TunnelFailure.ResponseTimedOut _ -> "tunnel_timeout";
          case TunnelFailure.ConnectionLost _ -> "connection_lost";
          case TunnelFailure.PoolExhausted _ -> "pool_exhausted";
        };
    return new UpstreamFailure(code, failure.describe());
  }
}
