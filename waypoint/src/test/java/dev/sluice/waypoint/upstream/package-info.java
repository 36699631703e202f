/// Tests of the way to endpoints.
@NullMarked
package dev.sluice.waypoint.upstream;

import org.jspecify.annotations.NullMarked;
