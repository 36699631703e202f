package dev.sluice.engine.policy;

/// The name of a policy object: its kind, namespace and name, for example `AuthorizationPolicy
/// shop/api-read`.
public record PolicyId(String kind, String namespace, String name) implements Comparable<PolicyId> {

  @Override
  public int compareTo(PolicyId other) {
    int byKind = kind.compareTo(other.kind);
    int byNamespace = byKind != 0 ? byKind : namespace.compareTo(other.namespace);
    return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return kind + " " + namespace + "/" + name;
  }
}
