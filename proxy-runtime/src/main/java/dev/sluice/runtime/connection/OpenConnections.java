package dev.sluice.runtime.connection;

import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.runtime.connection.OpenConnection.Judge;
import dev.sluice.runtime.connection.OpenConnection.Way;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/// Every open connection of a proxy.
///
/// The order that leaves no gap: register, then check, then serve. A policy swapped in before the
/// check is the one it is checked by; one swapped in after it finds the connection registered and
/// checks it again. Whoever changes what decides rechecks before the next change.
///
/// Connections are kept by what they lead to, so that a recheck asks once per subject what decides,
/// and passes over subjects for which that is what it was.
public final class OpenConnections {

  private final Set<OpenConnection> alone = ConcurrentHashMap.newKeySet();
  private final Map<Subject, Group> groups = new ConcurrentHashMap<>();
  private final LongAdder count = new LongAdder();
  private final Consumer<CloseReason> onEnd;

  /// @param onEnd told the reason once per connection that ends
  public OpenConnections(Consumer<CloseReason> onEnd) {
    this.onEnd = onEnd;
  }

  /// Registers a connection that is not served yet and is decided on its own.
  ///
  /// @param cut closes the connection; called at most once, from any thread, and must not block
  public OpenConnection register(Judge judge, Consumer<Closure> cut) {
    var connection = new OpenConnection(this, new Way.Alone(judge), cut);
    count.increment();
    alone.add(connection);
    return connection;
  }

  /// Registers a connection that is not served yet and is decided like others to its subject.
  ///
  /// @param cut closes the connection; called at most once, from any thread, and must not block
  public OpenConnection register(Subject subject, Connection facts, Consumer<Closure> cut) {
    var connection = new OpenConnection(this, new Way.Among(subject, facts), cut);
    count.increment();
    groups.compute(
        subject,
        (_, known) -> {
          Group group = known == null ? new Group() : known;
          group.add(connection);
          return group;
        });
    return connection;
  }

  /// Checks every connection again and cuts those no longer allowed; returns how many it cut.
  public synchronized int recheck(CloseReason reason) {
    int closed = 0;
    for (var each : groups.entrySet()) {
      closed += each.getValue().recheck(each.getKey(), reason);
    }
    for (OpenConnection connection : alone) {
      Verdict verdict = connection.judgeSafely();
      if (!verdict.allows()) {
        connection.cut(new Closure(reason, verdict));
        closed++;
      }
    }
    return closed;
  }

  /// Cuts everything that is left; returns how many that were.
  public int cutAll(CloseReason reason) {
    int closed = 0;
    for (Group group : groups.values()) {
      closed += group.cutAll(reason);
    }
    for (OpenConnection connection : alone) {
      connection.cut(new Closure(reason, null));
      closed++;
    }
    return closed;
  }

  public int size() {
    return count.intValue();
  }

  void ended(OpenConnection connection, CloseReason reason) {
    Subject subject = connection.subject();
    if (subject == null) {
      alone.remove(connection);
    } else {
      groups.computeIfPresent(subject, (_, group) -> group.remove(connection) ? null : group);
    }
    count.decrement();
    onEnd.accept(reason);
  }
}
