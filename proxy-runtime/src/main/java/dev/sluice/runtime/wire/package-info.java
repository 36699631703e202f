/// gRPC to the control plane: where it is, how it is trusted, as whom it is spoken to.
@NullMarked
package dev.sluice.runtime.wire;

import org.jspecify.annotations.NullMarked;
