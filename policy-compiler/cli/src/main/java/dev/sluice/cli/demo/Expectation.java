package dev.sluice.cli.demo;

/// What an attempt should come to, where, and by which rule or reason.
///
/// `by` is compared with {@link AccessLine#decidedBy} and with the reason alone.
record Expectation(Decision decision, Shop.Role where, String by) {

  static Expectation allowed(Shop.Role where, String by) {
    return new Expectation(Decision.ALLOW, where, by);
  }

  static Expectation denied(Shop.Role where, String by) {
    return new Expectation(Decision.DENY, where, by);
  }

  static Expectation rejected(Shop.Role where, String by) {
    return new Expectation(Decision.REJECT, where, by);
  }

  /// Whether a proxy's line names the expected rule or reason.
  boolean isDecidedAsExpected(AccessLine line) {
    return line.decidedBy().equals(by) || line.field("reason").equals(by);
  }
}
