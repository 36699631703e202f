/// Packets of the agent's protocol as typed values.
@NullMarked
package dev.sluice.ztunnel.zds.wire;

import org.jspecify.annotations.NullMarked;
