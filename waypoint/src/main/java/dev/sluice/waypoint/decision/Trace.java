package dev.sluice.waypoint.decision;

import dev.sluice.engine.policy.PolicyId;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.runtime.mesh.Service;
import org.jspecify.annotations.Nullable;

/// What is told about a judgement in the access log and in metrics.
///
/// `path` is canonical, without query; `reason` is a stable snake_case code, empty when the request
/// is forwarded.
public record Trace(
    @Nullable Service service,
    @Nullable PolicyId route,
    String path,
    @Nullable Verdict verdict,
    String reason) {

  static Trace start(@Nullable Service service, String path) {
    return new Trace(service, null, path, null, "");
  }

  Trace by(PolicyId chosen) {
    return new Trace(service, chosen, path, verdict, reason);
  }

  Trace judged(Verdict decided) {
    return new Trace(service, route, path, decided, reason);
  }

  /// The same trace with the reason of an answer.
  public Trace because(String code) {
    return new Trace(service, route, path, verdict, code);
  }
}
