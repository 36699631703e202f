package dev.sluice.runtime.hbone;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Promise;

/// A tunnel somebody waits for.
final class Opening {

  private static final int MAX_ATTEMPTS = 3;

  private final ConnectHead head;
  private final Promise<Channel> promise;
  private int attempts;

  Opening(ConnectHead head, Promise<Channel> promise) {
    this.head = head;
    this.promise = promise;
  }

  ConnectHead head() {
    return head;
  }

  boolean isDone() {
    return promise.isDone();
  }

  /// Counts an attempt; false when there were enough.
  boolean mayTryAgain() {
    attempts++;
    return attempts < MAX_ATTEMPTS && !isDone();
  }

  /// Hands the tunnel over, or closes it when nobody waits any more.
  void succeed(Channel tunnel) {
    if (!promise.trySuccess(tunnel)) {
      tunnel.close();
    }
  }

  void fail(TunnelFailure failure) {
    promise.tryFailure(new TunnelException(failure));
  }
}
