/// Where each policy is enforced, and why: ztunnel, a waypoint or both, with the guards that close
/// other paths.
@NullMarked
package dev.sluice.compiler.place;

import org.jspecify.annotations.NullMarked;
