package dev.sluice.compiler.planted;

import dev.sluice.cli.planted.CliKnowsTooMuch;

/// A violation on purpose: this module must not know that one.
public record CompilerKnowsTooMuch(CliKnowsTooMuch neighbour) {}
