package dev.sluice.runtime.mesh;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// The mesh as it is now: one volatile reference to an immutable snapshot.
public final class LiveMesh {

  private final List<Consumer<StaticMesh>> listeners = new CopyOnWriteArrayList<>();
  private volatile StaticMesh current;

  public LiveMesh(StaticMesh first) {
    this.current = first;
  }

  public StaticMesh current() {
    return current;
  }

  /// Replaces the snapshot, then tells the listeners in the caller's thread.
  public void replace(StaticMesh next) {
    current = next;
    listeners.forEach(listener -> listener.accept(next));
  }

  /// Calls `listener` after every replacement.
  public void onChange(Consumer<StaticMesh> listener) {
    listeners.add(listener);
  }
}
