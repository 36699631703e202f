package dev.sluice.engine.index;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Evaluation;
import dev.sluice.engine.policy.Evaluation.Truth;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.Peer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A condition made ready: long alternatives of exact values are sets, so that a rule that lists a
/// thousand principals costs one lookup.
sealed interface Matcher {

  /// The value on a bare connection.
  Truth test(Connection connection);

  /// The value on a request.
  boolean matches(HttpRequest request);

  /// True when every term is.
  record All(List<Matcher> terms) implements Matcher {
    @Override
    public Truth test(Connection connection) {
      Truth result = Truth.TRUE;
      for (int i = 0; i < terms.size(); i++) {
        Truth truth = terms.get(i).test(connection);
        if (truth == Truth.FALSE) {
          return truth;
        }
        result = truth == Truth.UNKNOWN ? truth : result;
      }
      return result;
    }

    @Override
    public boolean matches(HttpRequest request) {
      for (int i = 0; i < terms.size(); i++) {
        if (!terms.get(i).matches(request)) {
          return false;
        }
      }
      return true;
    }
  }

  /// True when any term is.
  record Any(List<Matcher> terms) implements Matcher {
    @Override
    public Truth test(Connection connection) {
      Truth result = Truth.FALSE;
      for (int i = 0; i < terms.size(); i++) {
        Truth truth = terms.get(i).test(connection);
        if (truth == Truth.TRUE) {
          return truth;
        }
        result = truth == Truth.UNKNOWN ? truth : result;
      }
      return result;
    }

    @Override
    public boolean matches(HttpRequest request) {
      for (int i = 0; i < terms.size(); i++) {
        if (terms.get(i).matches(request)) {
          return true;
        }
      }
      return false;
    }
  }

  /// True when the term is false.
  record Negated(Matcher term) implements Matcher {
    @Override
    public Truth test(Connection connection) {
      return switch (term.test(connection)) {
        case TRUE -> Truth.FALSE;
        case FALSE -> Truth.TRUE;
        case UNKNOWN -> Truth.UNKNOWN;
      };
    }

    @Override
    public boolean matches(HttpRequest request) {
      return !term.matches(request);
    }
  }

  /// Any leaf that has no set.
  record Leaf(Condition condition) implements Matcher {
    @Override
    public Truth test(Connection connection) {
      return Evaluation.test(condition, connection);
    }

    @Override
    public boolean matches(HttpRequest request) {
      return Evaluation.matches(condition, request);
    }
  }

  /// What depends on the connection alone.
  sealed interface OfConnection extends Matcher {
    boolean holds(Connection connection);

    @Override
    default Truth test(Connection connection) {
      return holds(connection) ? Truth.TRUE : Truth.FALSE;
    }

    @Override
    default boolean matches(HttpRequest request) {
      return holds(request.connection());
    }
  }

  /// The peer is one of these.
  record IdentityIn(Set<SpiffeId> ids) implements OfConnection {
    @Override
    public boolean holds(Connection connection) {
      return connection.peer() instanceof Peer.Identified(SpiffeId id) && ids.contains(id);
    }
  }

  /// The peer is of one of these namespaces.
  record NamespaceIn(Set<String> namespaces) implements OfConnection {
    @Override
    public boolean holds(Connection connection) {
      return connection.peer() instanceof Peer.Identified(SpiffeId id)
          && namespaces.contains(id.namespace());
    }
  }

  /// The peer has one of these service accounts, by namespace.
  record ServiceAccountIn(Map<String, Set<String>> accounts) implements OfConnection {
    @Override
    public boolean holds(Connection connection) {
      if (!(connection.peer() instanceof Peer.Identified(SpiffeId id))) {
        return false;
      }
      Set<String> names = accounts.get(id.namespace());
      return names != null && names.contains(id.serviceAccount());
    }
  }

  /// What a connection without request leaves unknown.
  sealed interface OfRequest extends Matcher {
    @Override
    default Truth test(Connection connection) {
      return Truth.UNKNOWN;
    }
  }

  /// The path is one of these.
  record PathIn(Set<String> paths) implements OfRequest {
    @Override
    public boolean matches(HttpRequest request) {
      return paths.contains(request.path());
    }
  }

  /// The method is one of these.
  record MethodIn(Set<String> methods) implements OfRequest {
    @Override
    public boolean matches(HttpRequest request) {
      return methods.contains(request.method());
    }
  }
}
