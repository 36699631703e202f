/// What a waypoint tells about requests: one access-log line and the metrics of each.
@NullMarked
package dev.sluice.waypoint.telemetry;

import org.jspecify.annotations.NullMarked;
