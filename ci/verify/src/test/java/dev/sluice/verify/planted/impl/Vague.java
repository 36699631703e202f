package dev.sluice.verify.planted.impl;

/// A violation on purpose: a package whose name says nothing.
record Vague() {}
