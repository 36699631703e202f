package dev.sluice.ztunnel.planted;

import dev.sluice.waypoint.planted.WaypointKnowsTooMuch;

/// A violation on purpose: this module must not know that one.
public record ZtunnelKnowsTooMuch(WaypointKnowsTooMuch neighbour) {}
