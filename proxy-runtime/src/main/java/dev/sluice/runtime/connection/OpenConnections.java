package dev.sluice.runtime.connection;

import dev.sluice.engine.policy.Verdict;
import dev.sluice.runtime.connection.OpenConnection.Judge;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Every open connection of a proxy.
///
/// The order that leaves no gap: register, then check, then serve. A policy swapped in before the
/// check is the one it is checked by; one swapped in after it finds the connection registered and
/// checks it again.
public final class OpenConnections {

  private static final Logger LOG = LoggerFactory.getLogger(OpenConnections.class);

  private final Set<OpenConnection> open = ConcurrentHashMap.newKeySet();
  private final Consumer<CloseReason> onEnd;

  /// @param onEnd told the reason once per connection that ends
  public OpenConnections(Consumer<CloseReason> onEnd) {
    this.onEnd = onEnd;
  }

  /// Registers a connection that is not served yet.
  ///
  /// @param cut closes the connection; called at most once, from any thread, and must not block
  public OpenConnection register(Judge judge, Consumer<Closure> cut) {
    var connection = new OpenConnection(this, judge, cut);
    open.add(connection);
    return connection;
  }

  /// Checks every connection again and cuts those no longer allowed; returns how many it cut.
  public int recheck(CloseReason reason) {
    int closed = 0;
    for (OpenConnection connection : open) {
      Verdict verdict = judgeSafely(connection);
      if (!verdict.allows()) {
        connection.cut(new Closure(reason, verdict));
        closed++;
      }
    }
    return closed;
  }

  // One connection that cannot be decided is cut and must not keep the others from being checked.
  private static Verdict judgeSafely(OpenConnection connection) {
    try {
      return connection.judge();
    } catch (RuntimeException bug) {
      LOG.error("a connection could not be decided", bug);
      return new Verdict.Deny(new Verdict.Cause.NoPolicy("the decision failed"));
    }
  }

  /// Cuts everything that is left; returns how many that were.
  public int cutAll(CloseReason reason) {
    int closed = 0;
    for (OpenConnection connection : open) {
      connection.cut(new Closure(reason, null));
      closed++;
    }
    return closed;
  }

  public int size() {
    return open.size();
  }

  void ended(OpenConnection connection, CloseReason reason) {
    open.remove(connection);
    onEnd.accept(reason);
  }
}
