/// The L7 proxy.
@NullMarked
package dev.sluice.waypoint;

import org.jspecify.annotations.NullMarked;
