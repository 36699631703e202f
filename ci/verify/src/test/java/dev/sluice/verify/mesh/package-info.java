/// Whole-mesh tests: real policies compiled and signed, two ztunnels and a waypoint, plain clients
/// and servers.
@NullMarked
package dev.sluice.verify.mesh;

import org.jspecify.annotations.NullMarked;
