package dev.sluice.waypoint.planted;

import dev.sluice.ztunnel.planted.ZtunnelKnowsTooMuch;

/// A violation on purpose: this module must not know that one.
public record WaypointKnowsTooMuch(ZtunnelKnowsTooMuch neighbour) {}
