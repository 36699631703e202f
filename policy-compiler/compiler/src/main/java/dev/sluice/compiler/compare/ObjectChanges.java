package dev.sluice.compiler.compare;

import dev.sluice.compiler.compare.Change.Because;
import dev.sluice.compiler.compare.Change.Kind;
import dev.sluice.compiler.compare.Change.Side;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedService;
import dev.sluice.compiler.link.LinkedWorkload;
import dev.sluice.compiler.link.Waypoint;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Span;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.engine.policy.PolicyId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Finds what came, went or was edited without changing any decision: workloads, Services,
/// bindings, policies, routes, tokens, settings.
final class ObjectChanges {
  private final LinkedMesh before;
  private final LinkedMesh after;
  private final String harmless;
  private final List<Change> found = new ArrayList<>();

  private ObjectChanges(LinkedMesh before, LinkedMesh after, String harmless) {
    this.harmless = harmless;
    this.before = before;
    this.after = after;
  }

  /// The neutral changes, given those that change decisions.
  static List<Change> between(MeshRevision old, MeshRevision now, Comparison decisions) {
    String harmless =
        decisions.undecided().isEmpty()
            ? "; no decision changes"
            : "; no decision that is known changes";
    var changes = new ObjectChanges(old.placed().mesh(), now.placed().mesh(), harmless);
    changes.workloads();
    changes.services();
    changes.waypoints();
    changes.settings();
    Set<PolicyId> mentioned = new HashSet<>();
    decisions
        .changes()
        .forEach(change ->
            change.because().forEach(because -> because.policy().ifPresent(mentioned::add)));
    changes.policies(PolicyParts.of(old), PolicyParts.of(now), mentioned);
    return changes.found;
  }

  private void workloads() {
    Map<String, LinkedWorkload> was = byReference(before);
    Map<String, LinkedWorkload> is = byReference(after);
    is.forEach((name, workload) -> {
      if (!was.containsKey(name)) {
        neutral(name, "workload added", place(Side.NEW, workload.syntax().metadata()));
      }
    });
    was.forEach((name, workload) -> {
      if (!is.containsKey(name)) {
        neutral(name, "workload removed", place(Side.OLD, workload.syntax().metadata()));
      }
    });
  }

  private static Map<String, LinkedWorkload> byReference(LinkedMesh mesh) {
    var workloads = new TreeMap<String, LinkedWorkload>();
    mesh.workloads().forEach(workload -> workloads.putIfAbsent(workload.reference(), workload));
    return workloads;
  }

  private void services() {
    for (LinkedService service : after.sortedServices()) {
      Because place = place(Side.NEW, service.syntax().metadata());
      String name = "Service " + service.reference();
      before
          .service(service.namespace(), service.name())
          .ifPresentOrElse(
              old -> {
                if (!waypoint(old).equals(waypoint(service))) {
                  neutral(name, waypoint(old) + " → " + waypoint(service), place);
                }
                if (!old.ports().equals(service.ports())) {
                  neutral(name, "ports changed", place);
                }
              },
              () -> neutral(name, "Service added", place));
    }
    for (LinkedService service : before.sortedServices()) {
      if (after.service(service.namespace(), service.name()).isEmpty()) {
        neutral(
            "Service " + service.reference(),
            "Service removed",
            place(Side.OLD, service.syntax().metadata()));
      }
    }
  }

  private void waypoints() {
    Map<String, String> was = identities(before);
    Map<String, String> is = identities(after);
    is.forEach((name, identity) -> {
      String old = was.get(name);
      if (!identity.equals(old)) {
        String what = old == null ? "waypoint added" : "runs as " + old + " → runs as " + identity;
        found.add(
            new Change(
                Kind.NEUTRAL, "", "Gateway " + name, List.of(what), Optional.empty(), List.of()));
      }
    });
    was.keySet().stream()
        .filter(name -> !is.containsKey(name))
        .forEach(name ->
            found.add(
                new Change(
                    Kind.NEUTRAL,
                    "",
                    "Gateway " + name,
                    List.of("waypoint removed"),
                    Optional.empty(),
                    List.of())));
  }

  private static Map<String, String> identities(LinkedMesh mesh) {
    var identities = new TreeMap<String, String>();
    mesh.waypoints()
        .forEach(waypoint -> identities.put(waypoint.reference(), waypoint.identity().principal()));
    return identities;
  }

  private static String waypoint(LinkedService service) {
    return service
        .waypoint()
        .map(Waypoint::reference)
        .map("served by waypoint "::concat)
        .orElse("served by no waypoint");
  }

  private void settings() {
    MeshSettings was = before.settings();
    MeshSettings is = after.settings();
    setting("trustDomain", was.trustDomain(), is.trustDomain());
    setting("trustDomainAliases", was.trustDomainAliases(), is.trustDomainAliases());
    setting("rootNamespace", was.rootNamespace(), is.rootNamespace());
    setting("clusterDomain", was.clusterDomain(), is.clusterDomain());
    setting("pathNormalization", was.pathNormalization(), is.pathNormalization());
    setting("onMissingWaypoint", was.onMissingWaypoint(), is.onMissingWaypoint());
  }

  private void setting(String name, Object was, Object is) {
    if (!was.equals(is)) {
      found.add(
          new Change(
              Kind.NEUTRAL,
              "",
              "mesh settings",
              List.of(name + ": " + was + " → " + is),
              Optional.empty(),
              List.of()));
    }
  }

  private void policies(PolicyParts was, PolicyParts is, Set<PolicyId> mentioned) {
    var old = new Places(Side.OLD, before);
    var now = new Places(Side.NEW, after);
    var ids = new TreeSet<PolicyId>();
    ids.addAll(was.ids());
    ids.addAll(is.ids());
    for (PolicyId id : ids) {
      List<String> details = PolicyParts.differences(id, was, is);
      boolean isSaid = mentioned.contains(id) && details.isEmpty();
      if (!isSaid && !was.of(id).equals(is.of(id))) {
        String what =
            !is.ids().contains(id) ? "removed" : was.ids().contains(id) ? "edited" : "added";
        Places places = is.ids().contains(id) ? now : old;
        String effect =
            !details.isEmpty()
                ? ": " + String.join("; ", details)
                : mentioned.contains(id) ? "" : harmless;
        neutral(id.toString(), what + effect, places.about(id, "was " + what));
      }
    }
  }

  private static Because place(Side side, Metadata metadata) {
    Span span = metadata.span();
    return new Because(
        metadata.resource() + (side == Side.NEW ? " is new" : " is gone"),
        side,
        Optional.empty(),
        Optional.of(span));
  }

  private void neutral(String to, String operation, Because because) {
    found.add(
        new Change(Kind.NEUTRAL, "", to, List.of(operation), Optional.empty(), List.of(because)));
  }
}
