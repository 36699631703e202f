package dev.sluice.waypoint.decision;

import dev.sluice.engine.policy.Verdict.Cause;
import dev.sluice.runtime.mesh.Service;

/// Whether this waypoint serves the Service address that a tunnel asks for.
public sealed interface Dispatch {

  /// It does.
  record Served(Service service) implements Dispatch {}

  /// Nothing here answers to that address: 404.
  record NotFound(String reason) implements Dispatch {}

  /// It would, but nothing may be decided: 503.
  record Unavailable(Cause cause) implements Dispatch {}
}
