/// Delta xDS over gRPC, and what its resources mean in the mesh.
@NullMarked
package dev.sluice.runtime.discovery.wire;

import org.jspecify.annotations.NullMarked;
