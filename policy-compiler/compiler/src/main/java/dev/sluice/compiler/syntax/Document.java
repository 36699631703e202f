package dev.sluice.compiler.syntax;

/// One object of the tree that the compiler understands.
public sealed interface Document permits PolicyDocument, TopologyDocument {
  Metadata metadata();
}
