package dev.sluice.runtime.discovery.wire;

/// A resource that is malformed; ends the reading of that resource only.
final class Refused extends Exception {

  private static final long serialVersionUID = 1L;

  Refused(String reason) {
    super(reason, null, false, false);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
