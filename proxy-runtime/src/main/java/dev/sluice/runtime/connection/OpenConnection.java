package dev.sluice.runtime.connection;

import dev.sluice.engine.policy.Verdict;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// One registered connection; it ends exactly once, by its own {@link #release} or by a cut.
public final class OpenConnection {

  /// Decides a connection by the policy and mesh of the moment it is asked.
  @FunctionalInterface
  public interface Judge {
    Verdict judge();
  }

  private final OpenConnections owner;
  private final Judge judge;
  private final Consumer<Closure> cut;
  private final AtomicBoolean ended = new AtomicBoolean();

  OpenConnection(OpenConnections owner, Judge judge, Consumer<Closure> cut) {
    this.owner = owner;
    this.judge = judge;
    this.cut = cut;
  }

  /// The decision as of now.
  public Verdict judge() {
    return judge.judge();
  }

  /// Forgets the connection; false when it had ended before, by a cut for example.
  public boolean release(CloseReason reason) {
    boolean first = ended.compareAndSet(false, true);
    if (first) {
      owner.ended(this, reason);
    }
    return first;
  }

  void cut(Closure closure) {
    if (release(closure.reason())) {
      cut.accept(closure);
    }
  }
}
