package dev.sluice.compiler.diagnostic;

/// The object a finding is about; empty strings where a part is unknown.
public record ResourceRef(String kind, String namespace, String name) {

  @Override
  public String toString() {
    return kind + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
  }
}
