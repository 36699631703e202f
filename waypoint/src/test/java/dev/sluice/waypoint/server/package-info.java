/// Tests of whole requests and tunnels through a waypoint.
@NullMarked
package dev.sluice.waypoint.server;

import org.jspecify.annotations.NullMarked;
