package dev.sluice.compiler.place;

import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Evaluation.Truth;
import dev.sluice.engine.policy.PortSet;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/// The ports on which a condition can hold at all, whatever else is true of the connection.
final class ConcernedPorts {

  private ConcernedPorts() {}

  /// By the workload ports it names; ports of a Service are not looked at.
  static PortSet ofWorkload(Condition condition) {
    return of(condition, leaf -> leaf instanceof Condition.WorkloadPort(int port) ? port : -1);
  }

  /// By the Service ports it names; ports of a workload are not looked at.
  static PortSet ofService(Condition condition) {
    return of(condition, leaf -> leaf instanceof Condition.ServicePort(int port) ? port : -1);
  }

  private interface PortOf {
    int port(Condition leaf);
  }

  private static PortSet of(Condition condition, PortOf portOf) {
    var named = new TreeSet<Integer>();
    collect(condition, portOf, named);
    IntPredicate possible = port -> test(condition, portOf, port) != Truth.FALSE;
    // every port that is not named behaves alike; -2 stands for them
    return possible.test(-2)
        ? PortSet.allExcept(filter(named, possible.negate()))
        : PortSet.of(filter(named, possible));
  }

  private static SortedSet<Integer> filter(Collection<Integer> ports, IntPredicate keep) {
    var kept = new TreeSet<Integer>();
    for (int port : ports) {
      if (keep.test(port)) {
        kept.add(port);
      }
    }
    return kept;
  }

  private static void collect(Condition condition, PortOf portOf, SortedSet<Integer> into) {
    switch (condition) {
      case Condition.AllOf(var terms) -> terms.forEach(term -> collect(term, portOf, into));
      case Condition.AnyOf(var terms) -> terms.forEach(term -> collect(term, portOf, into));
      case Condition.Not(var term) -> collect(term, portOf, into);
      case Condition.L4 leaf -> {
        if (portOf.port(leaf) >= 0) {
          into.add(portOf.port(leaf));
        }
      }
      case Condition.L7 _ -> {}
    }
  }

  private static Truth test(Condition condition, PortOf portOf, int port) {
    return switch (condition) {
      case Condition.AllOf(var terms) -> {
        Truth result = Truth.TRUE;
        for (Condition term : terms) {
          result = and(result, test(term, portOf, port));
        }
        yield result;
      }
      case Condition.AnyOf(var terms) -> {
        Truth result = Truth.FALSE;
        for (Condition term : terms) {
          result = not(and(not(result), not(test(term, portOf, port))));
        }
        yield result;
      }
      case Condition.Not(var term) -> not(test(term, portOf, port));
      case Condition.L4 leaf -> {
        int named = portOf.port(leaf);
        yield named < 0 ? Truth.UNKNOWN : named == port ? Truth.TRUE : Truth.FALSE;
      }
      case Condition.L7 _ -> Truth.UNKNOWN;
    };
  }

  private static Truth and(Truth left, Truth right) {
    if (left == Truth.FALSE || right == Truth.FALSE) {
      return Truth.FALSE;
    }
    return left == Truth.TRUE && right == Truth.TRUE ? Truth.TRUE : Truth.UNKNOWN;
  }

  private static Truth not(Truth truth) {
    return switch (truth) {
      case TRUE -> Truth.FALSE;
      case FALSE -> Truth.TRUE;
      case UNKNOWN -> Truth.UNKNOWN;
    };
  }
}
