package dev.sluice.compiler.walk;

import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Evaluation;
import dev.sluice.engine.policy.Evaluation.Truth;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.engine.policy.Verdict.Cause;

/// A proxy on the path that decides, what it saw, what applied there, and its verdict.
///
/// `workload` is the one protected, such as `Deployment shop/api`.
public record Hop(Proxy proxy, String workload, Facts facts, PolicySet set, Verdict verdict) {

  /// Who decides.
  public sealed interface Proxy {
    /// The ztunnel of the workload's node.
    record Ztunnel() implements Proxy {}

    /// A waypoint by namespace and name.
    record Waypoint(String namespace, String name) implements Proxy {}

    /// `ztunnel` or `waypoint`.
    default String layer() {
      return switch (this) {
        case Ztunnel() -> "ztunnel";
        case Waypoint _ -> "waypoint";
      };
    }

    /// `ztunnel` or `waypoint namespace/name`.
    default String label() {
      return switch (this) {
        case Ztunnel() -> "ztunnel";
        case Waypoint(var namespace, var name) -> "waypoint " + namespace + "/" + name;
      };
    }
  }

  /// What a proxy sees of the case.
  public sealed interface Facts {
    /// A connection without parsed HTTP.
    record OfConnection(Connection connection) implements Facts {}

    /// A request.
    record OfRequest(HttpRequest request) implements Facts {}

    /// The connection, with or without a request on it.
    default Connection transport() {
      return switch (this) {
        case OfConnection(var connection) -> connection;
        case OfRequest(var request) -> request.connection();
      };
    }

    /// The value of a condition; what needs HTTP is unknown on a bare connection.
    default Truth test(Condition condition) {
      return switch (this) {
        case OfConnection(var connection) -> Evaluation.test(condition, connection);
        case OfRequest(var request) ->
            Evaluation.matches(condition, request) ? Truth.TRUE : Truth.FALSE;
      };
    }
  }

  /// Whether this hop only passes on what a waypoint has judged.
  public boolean isRelay() {
    return verdict.cause() instanceof Cause.JudgedByWaypoint;
  }
}
