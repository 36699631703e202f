package dev.sluice.compiler.source;

/// A value and where it stands.
public record Located<T>(T value, Span span) {}
