/// The L4 node proxy.
@NullMarked
package dev.sluice.ztunnel;

import org.jspecify.annotations.NullMarked;
