package dev.sluice.schemas.planted;

import dev.sluice.engine.planted.EngineKnowsTooMuch;

/// A violation on purpose: this module must not know that one.
public record SchemasKnowsTooMuch(EngineKnowsTooMuch neighbour) {}
