/// Tests of the jwt package.
@NullMarked
package dev.sluice.waypoint.jwt;

import org.jspecify.annotations.NullMarked;
