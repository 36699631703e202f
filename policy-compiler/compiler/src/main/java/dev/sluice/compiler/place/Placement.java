package dev.sluice.compiler.place;

import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.source.Span;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PortSet;
import java.util.List;
import java.util.Optional;

/// Where one policy is enforced, by which proxies, and why.
///
/// `guards` are what closes the other paths for this policy; `unenforced` are the workloads it
/// covers that no proxy of ours protects; `upstreamDiffers` says how Istio would treat the same
/// file.
public record Placement(
    LinkedPolicy policy,
    Layer layer,
    List<Point> points,
    Optional<GuardSummary> guard,
    List<Guard> guards,
    List<Reason> reasons,
    List<Unenforced> unenforced,
    Optional<String> upstreamDiffers) {

  public Placement {
    points = List.copyOf(points);
    guards = List.copyOf(guards);
    reasons = List.copyOf(reasons);
    unenforced = List.copyOf(unenforced);
  }

  /// Whether the policy is only evaluated aside and counted (`istio.io/dry-run`): no decision
  /// depends on it.
  public boolean isOnTrial() {
    return policy instanceof LinkedPolicy.Authorization authorization
        && authorization.syntax().isDryRun();
  }

  /// Which kind of proxy enforces a policy.
  public enum Layer {
    ZTUNNEL,
    WAYPOINT,
    BOTH,
    NONE;

    /// The word used in every output format.
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// One enforcement point: the layer (ZTUNNEL or WAYPOINT), the waypoint when it is one, what it
  /// protects and which rules it evaluates (zero-based).
  public record Point(
      Layer layer,
      Optional<String> waypoint,
      List<String> targets,
      List<String> workloads,
      List<Integer> rules) {
    public Point {
      targets = List.copyOf(targets);
      workloads = List.copyOf(workloads);
      rules = List.copyOf(rules);
    }
  }

  /// The guard on ztunnel as people read it: whom it protects, which waypoints it admits, which
  /// ports it closes to direct dials, and which principals are exempt.
  public record GuardSummary(
      List<String> workloads, List<String> admits, PortSet ports, List<String> exempt) {
    public GuardSummary {
      workloads = List.copyOf(workloads);
      admits = List.copyOf(admits);
      exempt = List.copyOf(exempt);
    }
  }

  /// A workload that a policy covers without being enforced there; `because` ends the sentence "it
  /// is not enforced because …".
  public record Unenforced(String workload, String because) {}

  /// One link of the reason chain and where it stands.
  public record Reason(String text, Span span) {}
}
