/// What a proxy knows of the mesh: workloads, services and waypoints as one immutable snapshot,
/// read from the static mesh file and replaced whole when the file changes.
@NullMarked
package dev.sluice.runtime.mesh;

import org.jspecify.annotations.NullMarked;
