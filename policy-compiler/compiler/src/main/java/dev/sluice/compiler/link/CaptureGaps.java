package dev.sluice.compiler.link;

import dev.sluice.compiler.diagnostic.Code;
import dev.sluice.compiler.diagnostic.Diagnostic.Text;
import dev.sluice.compiler.diagnostic.Diagnostics;
import dev.sluice.compiler.syntax.TopologyDocument.Snapshot;

/// Reports what a capture of a cluster could not read, and that therefore stays unknown.
final class CaptureGaps {

  private CaptureGaps() {}

  static void report(Catalog catalog, Diagnostics problems) {
    for (Snapshot snapshot : catalog.snapshots()) {
      snapshot
          .unknown()
          .forEach((kind, reason) ->
              problems.report(
                  Code.TOPOLOGY_INCOMPLETE,
                  snapshot.metadata().nameSpan(),
                  snapshot.metadata().resource(),
                  new Text(
                      "the capture of `"
                          + snapshot.context()
                          + "` has no objects of kind `"
                          + kind
                          + "`: "
                          + reason,
                      "names of that kind are neither found nor missed, but unknown",
                      "give the reader the ClusterRole that `sluice snapshot --help` prints, and"
                          + " capture again")));
    }
  }
}
