/// Certificates from an authority over gRPC.
@NullMarked
package dev.sluice.runtime.identity.wire;

import org.jspecify.annotations.NullMarked;
