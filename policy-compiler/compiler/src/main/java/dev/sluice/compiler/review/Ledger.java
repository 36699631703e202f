package dev.sluice.compiler.review;

import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.engine.policy.PolicyId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/// What was found out about policies, for each in the order in which it was found.
///
/// Confined to one thread while it is filled.
final class Ledger<P extends LinkedPolicy, V> {

  private record Account<P, V>(P policy, List<V> finds) {}

  private final Map<PolicyId, Account<P, V>> accounts = new LinkedHashMap<>();

  void add(P policy, V find) {
    account(policy).finds().add(find);
  }

  /// Adds the only find that is wanted about a policy.
  void addFirst(P policy, V find) {
    if (!knows(policy)) {
      add(policy, find);
    }
  }

  boolean knows(P policy) {
    return accounts.containsKey(policy.id());
  }

  private Account<P, V> account(P policy) {
    return accounts.computeIfAbsent(policy.id(), _ -> new Account<>(policy, new ArrayList<>()));
  }

  /// Moves what another ledger has about some policies here.
  void takeFrom(Ledger<P, V> other, Set<PolicyId> policies) {
    if (!policies.isEmpty()) {
      var moving = other.accounts.entrySet().iterator();
      while (moving.hasNext()) {
        var entry = moving.next();
        if (policies.contains(entry.getKey())) {
          account(entry.getValue().policy()).finds().addAll(entry.getValue().finds());
          moving.remove();
        }
      }
    }
  }

  /// Adds what another ledger has, which stays as it is.
  void addAll(Ledger<P, V> other) {
    for (Account<P, V> account : other.accounts.values()) {
      account(account.policy()).finds().addAll(account.finds());
    }
  }

  void forEach(BiConsumer<P, List<V>> action) {
    accounts.values().forEach(account -> action.accept(account.policy(), account.finds()));
  }
}
