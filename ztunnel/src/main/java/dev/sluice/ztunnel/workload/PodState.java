package dev.sluice.ztunnel.workload;

/// A pod and how far it has come; `problem` is empty unless it is pending.
public record PodState(Pod pod, Phase phase, String problem) {

  /// How far a pod has come. Source of the words: ztunnel's configuration dump.
  public enum Phase {
    /// Announced, but its listeners are not there yet.
    PENDING("Pending"),
    /// Its listeners accept connections.
    UP("Up"),
    /// It left; open connections end.
    DRAINING("Draining");

    private final String text;

    Phase(String text) {
      this.text = text;
    }

    /// The word for configuration dumps.
    public String text() {
      return text;
    }
  }
}
