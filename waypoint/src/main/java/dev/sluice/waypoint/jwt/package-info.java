/// Which token a request carries and whether it is valid under the RequestAuthentications of its
/// destination: locations, signatures, times, audiences, claims, and what is passed on.
@NullMarked
package dev.sluice.waypoint.jwt;

import org.jspecify.annotations.NullMarked;
