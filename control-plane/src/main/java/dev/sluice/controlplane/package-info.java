/// The authority of the mesh: workload certificates, and later discovery and bundle fan-out.
@NullMarked
package dev.sluice.controlplane;

import org.jspecify.annotations.NullMarked;
