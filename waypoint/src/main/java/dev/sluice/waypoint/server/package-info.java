/// The waypoint's side of a tunnel: which Service is asked for, which protocol is spoken inside,
/// and the course of each request and connection.
@NullMarked
package dev.sluice.waypoint.server;

import org.jspecify.annotations.NullMarked;
