package dev.sluice.runtime.hbone;

import dev.sluice.engine.identity.SpiffeId;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/// Why a tunnel could not be opened.
public sealed interface TunnelFailure {

  /// A sentence for a log, without secrets.
  String describe();

  /// No TCP connection: refused, unreachable, timed out, or the source address cannot be bound.
  record ConnectFailed(InetSocketAddress address, String reason) implements TunnelFailure {
    @Override
    public String describe() {
      return "cannot connect to " + address + ": " + reason;
    }
  }

  /// Nobody answered the attempt to connect: where a refusal would have come, something drops
  /// packets.
  record ConnectTimedOut(InetSocketAddress address) implements TunnelFailure {
    @Override
    public String describe() {
      return "connection to "
          + address
          + " timed out, maybe a NetworkPolicy is blocking HBONE port "
          + address.getPort();
    }
  }

  /// No TLS session or no HTTP/2 on it; a peer that refuses our certificate shows here too.
  record HandshakeFailed(InetSocketAddress address, String reason) implements TunnelFailure {
    @Override
    public String describe() {
      return "TLS handshake with " + address + " failed: " + reason;
    }
  }

  /// The peer proved another identity than the ones expected; nothing was sent to it.
  record WrongIdentity(List<SpiffeId> found, Set<SpiffeId> expected) implements TunnelFailure {
    @Override
    public String describe() {
      return "identity mismatch: found " + found + ", expected one of " + expected;
    }
  }

  /// The peer answered the CONNECT with another status than 200.
  record Refused(int status) implements TunnelFailure {
    @Override
    public String describe() {
      return "http status: " + status;
    }
  }

  /// The peer did not answer the CONNECT in time.
  record ResponseTimedOut(InetSocketAddress address) implements TunnelFailure {
    @Override
    public String describe() {
      return "no answer to CONNECT from " + address;
    }
  }

  /// The connection or the stream ended before the CONNECT was answered.
  record ConnectionLost(InetSocketAddress address, String reason) implements TunnelFailure {
    @Override
    public String describe() {
      return "connection to " + address + " lost: " + reason;
    }
  }

  /// The bounds on connections and waiters of one target are reached, or the pool is closed.
  record PoolExhausted(InetSocketAddress address, String reason) implements TunnelFailure {
    @Override
    public String describe() {
      return "no tunnel to " + address + ": " + reason;
    }
  }
}
