package dev.sluice.runtime.hbone;

import java.io.IOException;

/// The peer reset a tunnel, or its connection was lost: what a TCP reset is to a socket.
public final class TunnelReset extends IOException {

  private static final long serialVersionUID = 1L;

  TunnelReset(String message) {
    super(message);
  }

  /// Cheap, because a peer can cause many: the message says it all.
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
