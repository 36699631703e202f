/// The way to an endpoint: tunnels to exactly the workload that was chosen, HTTP/1.1 connections
/// and HTTP/2 streams inside them, reuse, and what can go wrong. Everything here is confined to the
/// event loop of the call.
@NullMarked
package dev.sluice.waypoint.upstream;

import org.jspecify.annotations.NullMarked;
