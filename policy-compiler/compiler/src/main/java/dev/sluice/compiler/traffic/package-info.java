/// Access logs of ztunnels and waypoints as evidence: which recorded requests other policies would
/// decide differently, and which policies would allow just what was seen.
@NullMarked
package dev.sluice.compiler.traffic;

import org.jspecify.annotations.NullMarked;
