/// Tests of the waypoint as a whole.
@NullMarked
package dev.sluice.waypoint;

import org.jspecify.annotations.NullMarked;
