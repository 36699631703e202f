package dev.sluice.runtime.mesh;

import com.fasterxml.jackson.core.JacksonException;
import dev.sluice.engine.identity.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/// Reads the static mesh file: YAML or JSON with the keys and words of upstream ztunnel's local
/// file, plus `labels`, `appProtocols` and `waypoints`.
///
/// Unknown keys, duplicate keys, aliases and dangling references are problems; policies are one
/// too, because they come from the signed bundle only. Source: ztunnel `LOCAL_XDS_PATH`.
public record MeshFile(TrustDomain defaultTrustDomain, String network) {

  /// Largest file that is read, in bytes.
  public static final int MAX_BYTES = 64 * 1024 * 1024;

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
    try {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        return new Parsed.Broken(List.of(file + ": larger than " + MAX_BYTES + " bytes"));
      }
      return parse(Files.readAllBytes(file), file.toString());
    } catch (IOException unreadable) {
      return new Parsed.Broken(List.of(file + ": cannot be read: " + unreadable));
    }
  }

  /// Checks the content of a file; `name` is what problems call it.
  public Parsed parse(byte[] content, String name) {
    var problems = new ArrayList<MeshProblem>();
    StaticMesh mesh = StaticMesh.empty();
    try {
      mesh = read(problems, YamlNode.read(content));
    } catch (YamlNode.Refused refused) {
      problems.add(refused.problem());
    } catch (JacksonException malformed) {
      var location = malformed.getLocation();
      int line = location == null ? 1 : location.getLineNr();
      problems.add(new MeshProblem(line, "", malformed.getOriginalMessage().replace('\n', ' ')));
    } catch (IOException unreadable) {
      problems.add(new MeshProblem(1, "", "cannot be read: " + unreadable.getMessage()));
    }
    return problems.isEmpty()
        ? new Parsed.Mesh(mesh)
        : new Parsed.Broken(problems.stream().map(problem -> problem.at(name)).toList());
  }

  private StaticMesh read(List<MeshProblem> problems, YamlNode document) {
    var root = new FieldReader(problems, "", document);
    var entries = new MeshEntries(defaultTrustDomain);
    List<Workload> workloads = root.objects("workloads", entries::workload);
    List<Service> services = root.objects("services", entries::service);
    List<Waypoint> waypoints = root.objects("waypoints", entries::waypoint);
    var policies = root.items("policies");
    if (!policies.isEmpty()) {
      root.problem(policies.getFirst(), "policies", "policies come from the signed bundle only");
    }
    root.finish();
    if (problems.isEmpty()) {
      checkReferences(root, document, new Parts(workloads, services, waypoints));
    }
    return StaticMesh.of(network, workloads, services, waypoints);
  }

  private record Parts(
      List<Workload> workloads, List<Service> services, List<Waypoint> waypoints) {}

  private void checkReferences(FieldReader root, YamlNode document, Parts parts) {
    var uids = new HashSet<String>();
    var names = new HashSet<String>();
    for (Workload workload : parts.workloads()) {
      if (!uids.add(workload.uid())) {
        root.problem(document, "workloads", "uid `" + workload.uid() + "` is there twice");
      }
      if (!names.add(workload.key())) {
        root.problem(document, "workloads", "workload `" + workload.key() + "` is there twice");
      }
    }
    var services = parts.services().stream().map(Service::key).collect(Collectors.toSet());
    if (services.size() < parts.services().size()) {
      root.problem(document, "services", "two services have the same namespace and hostname");
    }
    for (Waypoint waypoint : parts.waypoints()) {
      boolean runs =
          parts.workloads().stream()
              .anyMatch(workload ->
                  workload.uid().equals(waypoint.workloadUid())
                      && workload.identity().equals(waypoint.identity()));
      if (!runs) {
        root.problem(
            document,
            "waypoints",
            "waypoint `" + waypoint.key() + "` names no workload with its uid and identity");
      }
    }
  }
}
