/// Tests of the http package.
@NullMarked
package dev.sluice.waypoint.http;

import org.jspecify.annotations.NullMarked;
