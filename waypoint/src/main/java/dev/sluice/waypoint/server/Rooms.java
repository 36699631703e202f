package dev.sluice.waypoint.server;

import dev.sluice.runtime.bundle.LivePolicy;
import dev.sluice.runtime.connection.OpenConnections;
import dev.sluice.runtime.mesh.LiveMesh;
import dev.sluice.runtime.telemetry.MeshMetrics;
import dev.sluice.waypoint.decision.Moment;
import dev.sluice.waypoint.decision.RequestJudge;
import dev.sluice.waypoint.decision.ServiceDirectory;
import dev.sluice.waypoint.http.HttpLimits;
import dev.sluice.waypoint.telemetry.RequestTelemetry;
import dev.sluice.waypoint.upstream.TunnelOpener;
import dev.sluice.waypoint.upstream.UpstreamPool;
import java.time.Duration;

/// What every tunnel and request of a waypoint shares.
public record Rooms(
    State state, Judging judging, Upstream upstream, Telemetry telemetry, Limits limits) {

  /// What changes while the waypoint runs.
  public record State(
      LivePolicy policy, LiveMesh mesh, OpenConnections connections, Activity activity) {}

  /// Who decides.
  public record Judging(ServiceDirectory directory, RequestJudge requests) {}

  /// The ways to endpoints.
  public record Upstream(UpstreamPool pool, TunnelOpener tunnels) {}

  /// Who is told.
  public record Telemetry(RequestTelemetry requests, MeshMetrics metrics) {}

  /// Bounds in size and time: `sniff` for the first bytes on an undeclared port, `head` for a
  /// request head once it began, `idle` for a request or response that makes no progress,
  /// `keepAlive` for a connection without requests.
  public record Limits(
      HttpLimits http, Duration sniff, Duration head, Duration idle, Duration keepAlive) {

    /// 300 ms, 60 s, 5 min, 1 h.
    public static Limits standard() {
      return new Limits(
          HttpLimits.standard(),
          Duration.ofMillis(300),
          Duration.ofSeconds(60),
          Duration.ofMinutes(5),
          Duration.ofHours(1));
    }
  }

  /// The policy and mesh as they are now.
  Moment now() {
    return new Moment(state.policy().current(), state.mesh().current());
  }
}
