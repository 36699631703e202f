/// What goes out from local workloads: where it is led, by which tunnel, and never around a
/// waypoint.
@NullMarked
package dev.sluice.ztunnel.outbound;

import org.jspecify.annotations.NullMarked;
