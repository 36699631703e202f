package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.settings.MeshSettings;
import dev.sluice.compiler.syntax.Metadata;
import dev.sluice.compiler.syntax.PolicyDocument;
import dev.sluice.compiler.syntax.TopologyDocument.Workload;
import java.util.HashSet;
import java.util.Set;

/// Reports policies and workloads that lie in a Namespace the topology does not have, where it has
/// others.
final class NamespaceLinks {

  private final Catalog catalog;
  private final KnownTopology topology;
  private final MeshSettings settings;
  private final Diagnostics problems;

  NamespaceLinks(
      Catalog catalog, KnownTopology topology, MeshSettings settings, Diagnostics problems) {
    this.catalog = catalog;
    this.topology = topology;
    this.settings = settings;
    this.problems = problems;
  }

  void checkWorkloads() {
    if (!topology.knowsNamespaces()) {
      return;
    }
    Set<String> reported = new HashSet<>();
    for (Workload workload : catalog.workloads()) {
      Metadata metadata = workload.metadata();
      String namespace = metadata.namespace();
      // one word per namespace is enough, and none where no label could enrol anything
      if (!namespace.equals(EnrolmentRules.EXCLUDED_NAMESPACE)
          && catalog.namespace(namespace).isEmpty()
          && reported.add(namespace)) {
        report(
            metadata,
            "whether ztunnel captures the workload depends on the Namespace's labels; it is"
                + " taken to be captured");
      }
    }
  }

  void check(PolicyDocument policy) {
    String namespace = policy.metadata().namespace();
    if (topology.knowsNamespaces()
        && !namespace.equals(settings.rootNamespace())
        && !catalog.allNamespaces().contains(namespace)) {
      report(policy.metadata(), "a policy in a namespace that does not exist applies to nothing");
    }
  }

  private void report(Metadata metadata, String why) {
    problems.report(
        Code.UNKNOWN_NAMESPACE,
        metadata.nameSpan(),
        metadata.resource(),
        new Text(
            "namespace `" + metadata.namespace() + "` does not exist in the tree",
            why,
            Nearest.help(
                metadata.namespace(),
                catalog.declaredNamespaces(),
                "add the Namespace with its labels, or correct the name")));
  }
}
