/// A live cluster as topology: read through kubeconfig, never written to, and stripped of
/// everything that placement does not need.
///
/// The only home of the Kubernetes client; nothing here is loaded unless a cluster is asked for.
@NullMarked
package dev.sluice.cli.cluster;

import org.jspecify.annotations.NullMarked;
