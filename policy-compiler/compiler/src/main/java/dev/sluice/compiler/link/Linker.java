package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.source.Remembered;
import dev.sluice.compiler.syntax.Document;
import dev.sluice.compiler.syntax.PolicyDocument;
import dev.sluice.compiler.syntax.Selection;
import dev.sluice.compiler.syntax.TopologyDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Resolves every name in the tree.
public final class Linker {

  /// Fewer policies are not worth a second thread.
  private static final int MANY = 256;

  private final Topology topology;
  private final LinkedMesh bare;

  private Linker(Topology topology) {
    this.topology = topology;
    this.bare = new LinkedMesh(topology.settings(), List.of(), topology.population());
  }

  /// A policy with what was found on the way, and the object that its names were resolved by.
  private record Linked(LinkedPolicy policy, Diagnostics findings, Object basis) {}

  /// What linking leaves for the next time: the topology while no object of it changed, and the
  /// policies whose names stand for the same as before.
  ///
  /// Confined to the thread that compiles; holds what the last tree held.
  public static final class Memory {
    private @Nullable Topology topology;
    private final Remembered<PolicyDocument, Linked> policies = new Remembered<>();
  }

  /// Links the policies of a tree that will not be linked again.
  public static LinkedMesh link(
      List<Document> documents, MeshSettings settings, Diagnostics problems) {
    return link(documents, settings, problems, new Memory());
  }

  /// Links policies to the mesh they talk about; a policy that names nothing real is reported.
  ///
  /// Policies are linked side by side when there are many; all comes out in the order of the tree.
  public static LinkedMesh link(
      List<Document> documents, MeshSettings settings, Diagnostics problems, Memory memory) {
    var objects = new ArrayList<TopologyDocument>();
    var policies = new ArrayList<PolicyDocument>();
    for (Document document : documents) {
      switch (document) {
        case PolicyDocument policy -> policies.add(policy);
        case TopologyDocument object -> objects.add(object);
      }
    }
    Topology topology = Topology.of(objects, settings, memory.topology);
    problems.addAll(topology.findings());
    var linker = new Linker(topology);
    List<@Nullable Linked> before = memory.policies.of(policies);
    IntStream numbers = IntStream.range(0, policies.size());
    List<Linked> all =
        (policies.size() < MANY ? numbers : numbers.parallel())
            .mapToObj(i -> linker.link(policies.get(i), before.get(i)))
            .toList();
    memory.topology = topology;
    memory.policies.keep(policies, all);
    var linked = new ArrayList<LinkedPolicy>(all.size());
    for (Linked one : all) {
      linked.add(one.policy());
      problems.addAll(one.findings());
    }
    var mesh = new LinkedMesh(settings, linked, topology.population());
    PeerAuthenticationConflicts.report(mesh, problems);
    return mesh;
  }

  /// Links a policy, or takes what it was before where all its names stand for the same.
  private Linked link(PolicyDocument syntax, @Nullable Linked before) {
    String namespace = syntax.metadata().namespace();
    Object local = topology.locality(namespace);
    if (before != null && (before.basis().equals(topology) || before.basis().equals(local))) {
      return before;
    }
    var problems = new Diagnostics();
    LinkedPolicy policy =
        new PolicyLinker(topology.settings(), topology.targets(problems)).link(syntax);
    topology.namespaceLinks(problems).check(syntax);
    topology.identityLinks(problems).check(policy);
    new PortLinks(bare, problems).check(policy);
    boolean isSame = before != null && before.policy().equals(policy);
    return new Linked(
        before != null && isSame ? before.policy() : policy,
        problems,
        isLocal(policy, topology.settings()) ? local : topology);
  }

  /// Whether all names of a policy stand for objects of its own namespace, but for those of peers.
  private static boolean isLocal(LinkedPolicy policy, MeshSettings settings) {
    if (policy.syntax().metadata().namespace().equals(settings.rootNamespace())) {
      return false;
    }
    return switch (policy) {
      case LinkedPolicy.Authorization ap -> isLocal(ap.syntax().selection(), ap.targets());
      case LinkedPolicy.RequestAuth ra -> isLocal(ra.syntax().selection(), ra.targets());
      case LinkedPolicy.PeerAuth _ -> true;
      case LinkedPolicy.Route _ -> false;
    };
  }

  private static boolean isLocal(Selection selection, List<LinkedPolicy.ResolvedTarget> targets) {
    return switch (selection) {
      case Selection.Everything _, Selection.Selector _ -> true;
      case Selection.Targets(var refs, var _) ->
          refs.size() == targets.size()
              && targets.stream().allMatch(LinkedPolicy.ResolvedTarget.OfService.class::isInstance);
    };
  }
}
