package dev.sluice.engine.policy;

/// Decides connections (at ztunnel) and HTTP requests (at a waypoint) for one destination; pure and
/// total.
public interface Decider {

  /// mTLS, then what a waypoint has judged, then DENY, then the guard, then ALLOW.
  Verdict decide(Connection connection);

  /// RequestAuthentication, then DENY, then ALLOW.
  Verdict decide(HttpRequest request);
}
