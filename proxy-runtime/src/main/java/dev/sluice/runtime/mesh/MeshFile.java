package dev.sluice.runtime.mesh;

import dev.sluice.engine.identity.TrustDomain;
import dev.sluice.runtime.yaml.FieldReader;
import dev.sluice.runtime.yaml.YamlFile;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads the static mesh file: YAML or JSON with the keys and words of upstream ztunnel's local
/// file, plus `labels`, `appProtocols`, `weightedWaypoints`, `visibility` and `waypoints`.
///
/// Dangling references are problems. What its policies allow, the signed bundle has to allow as
/// well, see [MeshPolicy]. Source: ztunnel `LOCAL_XDS_PATH`.
public record MeshFile(TrustDomain defaultTrustDomain, String network) {

  /// What became of a mesh file.
  public sealed interface Parsed {
    /// A mesh without problems.
    record Mesh(StaticMesh mesh) implements Parsed {}

    /// Nothing of the file is used; every problem has the form `file:line: field: message`.
    record Broken(List<String> problems) implements Parsed {
      public Broken {
        problems = List.copyOf(problems);
      }
    }
  }

  /// Reads and checks a file.
  public Parsed load(Path file) {
    return parsed(YamlFile.load(file, this::read));
  }

  /// Checks the content of a file; `name` is what problems call it.
  public Parsed parse(byte[] content, String name) {
    return parsed(YamlFile.parse(content, name, this::read));
  }

  private static Parsed parsed(YamlFile.Parsed<StaticMesh> file) {
    return switch (file) {
      case YamlFile.Parsed.Value<StaticMesh>(var mesh) -> new Parsed.Mesh(mesh);
      case YamlFile.Parsed.Broken<StaticMesh>(var problems) -> new Parsed.Broken(problems);
    };
  }

  private StaticMesh read(FieldReader root) {
    var entries = new WorkloadEntry(defaultTrustDomain);
    List<Workload> workloads = root.objects("workloads", entries::workload);
    List<Service> services = root.objects("services", ServiceEntry::read);
    List<Waypoint> waypoints = root.objects("waypoints", entries::waypoint);
    List<MeshPolicy> policies = root.objects("policies", PolicyEntry::read);
    if (root.isWhole()) {
      checkNames(root, workloads, services);
      checkWaypoints(root, workloads, waypoints);
      checkPolicies(root, workloads, policies);
    }
    return StaticMesh.of(network, workloads, services, waypoints)
        .with(MeshUpdate.ofPolicies(policies, Set.of()));
  }

  /// A policy that cannot be found would be one that is not enforced.
  private static void checkPolicies(
      FieldReader root, List<Workload> workloads, List<MeshPolicy> policies) {
    var names = new HashSet<String>();
    for (MeshPolicy policy : policies) {
      if (!names.add(policy.key())) {
        root.invalid("policies", "policy `" + policy.key() + "` is there twice");
      }
    }
    for (Workload workload : workloads) {
      for (String name : workload.authorizationPolicies()) {
        if (!names.contains(name)) {
          root.invalid(
              "workloads", "workload `" + workload.key() + "` names no policy by `" + name + "`");
        }
      }
    }
  }

  private static void checkNames(
      FieldReader root, List<Workload> workloads, List<Service> services) {
    var uids = new HashSet<String>();
    var names = new HashSet<String>();
    for (Workload workload : workloads) {
      if (!uids.add(workload.uid())) {
        root.invalid("workloads", "uid `" + workload.uid() + "` is there twice");
      }
      if (!names.add(workload.key())) {
        root.invalid("workloads", "workload `" + workload.key() + "` is there twice");
      }
    }
    var hostnames = services.stream().map(Service::key).collect(Collectors.toSet());
    if (hostnames.size() < services.size()) {
      root.invalid("services", "two services have the same namespace and hostname");
    }
  }

  private static void checkWaypoints(
      FieldReader root, List<Workload> workloads, List<Waypoint> waypoints) {
    for (Waypoint waypoint : waypoints) {
      boolean runs =
          workloads.stream()
              .anyMatch(workload ->
                  workload.uid().equals(waypoint.workloadUid())
                      && workload.identity().equals(waypoint.identity()));
      if (!runs) {
        root.invalid(
            "waypoints",
            "waypoint `" + waypoint.key() + "` names no workload with its uid and identity");
      }
    }
  }
}
