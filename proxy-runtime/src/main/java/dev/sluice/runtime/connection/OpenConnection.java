package dev.sluice.runtime.connection;

import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Decider;
import dev.sluice.engine.policy.Verdict;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One registered connection; it ends exactly once, by its own {@link #release} or by a cut.
public final class OpenConnection {

  private static final Logger LOG = LoggerFactory.getLogger(OpenConnection.class);

  /// Decides a connection by the policy and mesh of the moment it is asked.
  @FunctionalInterface
  public interface Judge {
    Verdict judge();
  }

  /// How it is decided.
  sealed interface Way {

    /// On its own.
    record Alone(Judge judge) implements Way {}

    /// By what decides its subject.
    record Among(Subject subject, Connection facts) implements Way {}
  }

  private final OpenConnections owner;
  private final Way way;
  private final Consumer<Closure> cut;
  private final AtomicBoolean ended = new AtomicBoolean();

  OpenConnection(OpenConnections owner, Way way, Consumer<Closure> cut) {
    this.owner = owner;
    this.way = way;
    this.cut = cut;
  }

  /// The decision as of now.
  public Verdict judge() {
    return switch (way) {
      case Way.Alone(var judge) -> judge.judge();
      case Way.Among(var subject, var facts) -> subject.decider().decide(facts);
    };
  }

  /// What it leads to; null when it is decided on its own.
  @Nullable Subject subject() {
    return way instanceof Way.Among(var subject, var _) ? subject : null;
  }

  // One connection that cannot be decided is cut and must not keep the others from being checked.
  Verdict judgeBy(Decider decider) {
    try {
      return switch (way) {
        case Way.Alone(var judge) -> judge.judge();
        case Way.Among(var _, var facts) -> decider.decide(facts);
      };
    } catch (RuntimeException bug) {
      return failed(bug);
    }
  }

  Verdict judgeSafely() {
    try {
      return judge();
    } catch (RuntimeException bug) {
      return failed(bug);
    }
  }

  private static Verdict failed(RuntimeException bug) {
    LOG.error("a connection could not be decided", bug);
    return new Verdict.Deny(new Verdict.Cause.NoPolicy("the decision failed"));
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
