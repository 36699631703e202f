package dev.sluice.engine.planted;

import dev.sluice.compiler.planted.CompilerKnowsTooMuch;

/// A violation on purpose: this module must not know that one.
public record EngineKnowsTooMuch(CompilerKnowsTooMuch neighbour) {}
