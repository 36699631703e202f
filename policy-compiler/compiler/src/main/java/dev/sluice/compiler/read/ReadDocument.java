package dev.sluice.compiler.read;

import dev.sluice.compiler.read.Node.MappingNode;

/// One object as read: a document of a file, or an item of a List.
public record ReadDocument(MappingNode root, Soundness soundness) {

  /// Whether the document may be used: an unsound one had findings while it was read.
  public enum Soundness {
    SOUND,
    UNSOUND
  }

  public String apiVersion() {
    return root.text("apiVersion");
  }

  public String kind() {
    return root.text("kind");
  }

  /// The API group: empty for the core group.
  public String group() {
    String version = apiVersion();
    int slash = version.indexOf('/');
    return slash < 0 ? "" : version.substring(0, slash);
  }

  /// Whether this is no Kubernetes object but the static mesh file of a proxy.
  public boolean isStaticMesh() {
    return root.entry("apiVersion") == null
        && root.entry("kind") == null
        && root.sequence("workloads") != null;
  }

  public String file() {
    return root.span().file();
  }

  public boolean isSound() {
    return soundness == Soundness.SOUND;
  }
}
