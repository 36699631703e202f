/// What becomes of a request, as a function of the policy and mesh of one moment: which Service it
/// is addressed to, its canonical path, its route, endpoint and tokens, the verdict, and what is
/// changed before it is forwarded.
@NullMarked
package dev.sluice.waypoint.decision;

import org.jspecify.annotations.NullMarked;
