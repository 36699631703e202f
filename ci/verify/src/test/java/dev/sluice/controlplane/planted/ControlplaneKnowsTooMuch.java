package dev.sluice.controlplane.planted;

import dev.sluice.runtime.planted.RuntimeKnowsTooMuch;

/// A violation on purpose: this module must not know that one.
public record ControlplaneKnowsTooMuch(RuntimeKnowsTooMuch neighbour) {}
