package dev.sluice.runtime.hbone;

/// Carries a [TunnelFailure] through a future; has no stack trace, as the failure says it all.
public final class TunnelException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient TunnelFailure failure;

  public TunnelException(TunnelFailure failure) {
    super(failure.describe(), null, false, false);
    this.failure = failure;
  }

  /// Why the tunnel could not be opened.
  public TunnelFailure failure() {
    return failure;
  }
}
