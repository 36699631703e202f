package dev.sluice.runtime.process;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Whether the proxy can serve: ready when no named condition is pending.
public final class Readiness {

  private final Set<String> pending = ConcurrentHashMap.newKeySet();

  /// Makes a condition pending.
  public void await(String condition) {
    pending.add(condition);
  }

  /// Fulfils a condition.
  public void fulfil(String condition) {
    pending.remove(condition);
  }

  public boolean isReady() {
    return pending.isEmpty();
  }

  /// What is missing, in alphabetical order.
  public List<String> pending() {
    return pending.stream().sorted().toList();
  }
}
