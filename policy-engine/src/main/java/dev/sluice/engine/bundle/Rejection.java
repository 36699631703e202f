package dev.sluice.engine.bundle;

/// A refusal: the reason code and one sentence of detail, safe to log.
public record Rejection(RejectionReason code, String detail) {

  @Override
  public String toString() {
    return code.code() + ": " + detail;
  }
}
