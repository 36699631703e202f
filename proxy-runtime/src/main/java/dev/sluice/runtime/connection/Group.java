package dev.sluice.runtime.connection;

import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Decider;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.Verdict;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The open connections to one subject, and what decided them when they were last checked.
final class Group {

  private static final Logger LOG = LoggerFactory.getLogger(Group.class);

  private final Set<OpenConnection> members = ConcurrentHashMap.newKeySet();
  private @Nullable Decider last;

  void add(OpenConnection connection) {
    members.add(connection);
  }

  /// Whether the group is empty now.
  boolean remove(OpenConnection connection) {
    members.remove(connection);
    return members.isEmpty();
  }

  /// Checks the members unless what decides them is what it was; returns how many were cut.
  ///
  /// A member that came since is decided by what is newest after it was added, so that equal
  /// deciders before and after leave nothing to check. Called by one thread at a time.
  int recheck(Subject subject, CloseReason reason) {
    Decider now = deciderOf(subject);
    if (now.equals(last)) {
      return 0;
    }
    last = now;
    int closed = 0;
    for (OpenConnection connection : members) {
      Verdict verdict = connection.judgeBy(now);
      if (!verdict.allows()) {
        connection.cut(new Closure(reason, verdict));
        closed++;
      }
    }
    return closed;
  }

  int cutAll(CloseReason reason) {
    int closed = 0;
    for (OpenConnection connection : members) {
      connection.cut(new Closure(reason, null));
      closed++;
    }
    return closed;
  }

  private static Decider deciderOf(Subject subject) {
    try {
      return subject.decider();
    } catch (RuntimeException bug) {
      LOG.error("connections could not be decided", bug);
      return new RefuseAll();
    }
  }

  /// One subject that cannot be decided is cut off and must not keep the others from being checked.
  private static final class RefuseAll implements Decider {
    private static final Verdict VERDICT =
        new Verdict.Deny(new Verdict.Cause.NoPolicy("the decision failed"));

    @Override
    public Verdict decide(Connection connection) {
      return VERDICT;
    }

    @Override
    public Verdict decide(HttpRequest request) {
      return VERDICT;
    }
  }
}
