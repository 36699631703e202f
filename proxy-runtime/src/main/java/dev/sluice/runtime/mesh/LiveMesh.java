package dev.sluice.runtime.mesh;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The mesh as it is now: one volatile reference to an immutable snapshot.
///
/// Several sources may write: the mesh file replaces what it brought before, discovery applies
/// changes. Readers take [#current] once per connection.
public final class LiveMesh {

  /// Whoever can be asked for a resource that the mesh does not hold: on-demand discovery.
  @FunctionalInterface
  public interface OnDemand {
    /// Asks for a resource by its name, see [MeshUpdate]. The result completes when the answer has
    /// been applied to the mesh, be it that there is no such resource; it is never cancelled.
    CompletableFuture<?> ask(String resource);
  }

  private final List<Consumer<StaticMesh>> listeners = new CopyOnWriteArrayList<>();
  private volatile StaticMesh current;
  private StaticMesh replaced;
  private volatile @Nullable OnDemand onDemand;

  public LiveMesh(StaticMesh first) {
    this.current = first;
    this.replaced = first;
  }

  public StaticMesh current() {
    return current;
  }

  /// Replaces what the last call brought, leaving what was applied; then tells the listeners in the
  /// caller's thread.
  public synchronized void replace(StaticMesh next) {
    StaticMesh before = current;
    StaticMesh old = replaced;
    replaced = next;
    publish(before.equals(old) ? next : before.with(difference(old, next)).declaredAs(next));
  }

  /// Applies a change as one new snapshot, then tells the listeners in the caller's thread.
  public synchronized void apply(MeshUpdate update) {
    publish(current.with(update));
  }

  private void publish(StaticMesh next) {
    current = next;
    listeners.forEach(listener -> listener.accept(next));
  }

  private static MeshUpdate difference(StaticMesh old, StaticMesh next) {
    var removed = new HashSet<String>();
    old.workloads().forEach(workload -> removed.add(workload.uid()));
    old.services().forEach(service -> removed.add(service.key()));
    var removedPolicies = new HashSet<String>();
    old.policies().forEach(policy -> removedPolicies.add(policy.key()));
    return new MeshUpdate(
        List.copyOf(next.workloads()),
        List.copyOf(next.services()),
        removed,
        List.copyOf(next.policies()),
        removedPolicies);
  }

  /// Calls `listener` after every change, one change after the other.
  public void onChange(Consumer<StaticMesh> listener) {
    listeners.add(listener);
  }

  /// From now on, what the mesh does not hold is asked for.
  public void askFor(OnDemand asker) {
    onDemand = asker;
  }

  /// Whether what the mesh does not hold can be asked for.
  public boolean isOnDemand() {
    return onDemand != null;
  }

  /// Asks for a resource by its name; completes with the mesh after the answer, or as it is after
  /// `patience`, or at once when there is nobody to ask.
  public CompletableFuture<StaticMesh> ask(String resource, Duration patience) {
    OnDemand asker = onDemand;
    if (asker == null) {
      return CompletableFuture.completedFuture(current);
    }
    return asker
        .ask(resource)
        .handle((_, _) -> true)
        .completeOnTimeout(false, patience.toNanos(), TimeUnit.NANOSECONDS)
        .thenApply(_ -> current);
  }

  /// Completes with the first mesh that is as expected, or as it is after `patience`; may complete
  /// in the thread that changes the mesh.
  public CompletableFuture<StaticMesh> when(Predicate<StaticMesh> expected, Duration patience) {
    var result = new CompletableFuture<StaticMesh>();
    Consumer<StaticMesh> watcher =
        mesh -> {
          if (expected.test(mesh)) {
            result.complete(mesh);
          }
        };
    listeners.add(watcher);
    watcher.accept(current);
    return result
        .completeOnTimeout(null, patience.toNanos(), TimeUnit.NANOSECONDS)
        .handle((found, _) -> {
          listeners.remove(watcher);
          return found == null ? current : found;
        });
  }
}
