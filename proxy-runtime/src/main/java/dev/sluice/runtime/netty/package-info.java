/// Sockets and event loops: the native transport, its start-up check, half-close and reset.
@NullMarked
package dev.sluice.runtime.netty;

import org.jspecify.annotations.NullMarked;
