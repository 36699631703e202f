package dev.sluice.compiler.trust;

import dev.sluice.engine.bundle.TrustRoot.Role;
import dev.sluice.engine.bundle.TrustRoot.Roles;
import dev.sluice.engine.bundle.TrustRoot.Statement;
import dev.sluice.engine.bundle.VerificationKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One thing in which a trust root differs from the one before it.
public sealed interface RootChange {

  /// A role gets one more key.
  record Add(RoleName role, VerificationKey key) implements RootChange {}

  /// A key loses its role; what it signed before and was accepted stays.
  record Retire(String keyId) implements RootChange {}

  /// A key loses its role because a thief may have it; what only it vouches for is dropped.
  record Condemn(String keyId) implements RootChange {}

  /// Another number of keys must sign.
  record Threshold(RoleName role, int threshold) implements RootChange {}

  /// Sequence numbers start again, higher than all before: the way out of a sequence number that a
  /// thief drove to its end.
  record RaiseEpoch() implements RootChange {}

  /// From when to when a trust root is valid.
  record Terms(Instant issuedAt, Duration validity) {
    public Terms {
      issuedAt = issuedAt.truncatedTo(ChronoUnit.SECONDS);
    }
  }

  /// What came of changing a statement.
  sealed interface Result {
    /// The statement of the next version.
    record Next(Statement statement) implements Result {}

    /// No trust root can be like that; at least one reason.
    record Impossible(List<String> reasons) implements Result {
      public Impossible {
        reasons = List.copyOf(reasons);
      }
    }
  }

  /// The statement that follows `present`, with all `changes`.
  static Result apply(Statement present, List<RootChange> changes, Terms terms) {
    var reasons = new ArrayList<String>();
    Roles roles = present.roles();
    Set<String> compromised = new HashSet<>(present.compromised());
    long epoch = present.epoch();
    for (RootChange change : changes) {
      switch (change) {
        case Add(var role, var key) -> {
          holder(roles, key.id())
              .ifPresent(held ->
                  reasons.add("key " + key.id() + " has the role `" + held.word() + "` already"));
          if (compromised.contains(key.id())) {
            reasons.add("key " + key.id() + " is compromised");
          }
          roles = role.edit(roles, keys -> with(keys, key));
        }
        case Retire(var id) -> roles = without(roles, id, reasons);
        case Condemn(var id) -> {
          roles = without(roles, id, reasons);
          compromised.add(id);
        }
        case Threshold(var role, var threshold) ->
            roles = role.edit(roles, keys -> new Role(keys.keys(), threshold));
        case RaiseEpoch() -> epoch++;
      }
    }
    checkThresholds(roles, reasons);
    Instant expires = terms.issuedAt().plus(terms.validity());
    return reasons.isEmpty()
        ? new Result.Next(
            new Statement(
                present.version() + 1, epoch, terms.issuedAt(), expires, roles, compromised))
        : new Result.Impossible(reasons);
  }

  private static Optional<RoleName> holder(Roles roles, String id) {
    return List.of(RoleName.values()).stream()
        .filter(role -> role.of(roles).keys().stream().anyMatch(key -> key.id().equals(id)))
        .findFirst();
  }

  private static Role with(Role role, VerificationKey key) {
    var keys = new LinkedHashSet<>(role.keys());
    keys.add(key);
    return new Role(keys, role.threshold());
  }

  private static Roles without(Roles roles, String id, List<String> reasons) {
    Optional<RoleName> held = holder(roles, id);
    if (held.isEmpty()) {
      reasons.add("no role has the key " + id);
      return roles;
    }
    return held.get()
        .edit(
            roles,
            role -> {
              var keys = new LinkedHashSet<>(role.keys());
              keys.removeIf(key -> key.id().equals(id));
              return new Role(keys, role.threshold());
            });
  }

  private static void checkThresholds(Roles roles, List<String> reasons) {
    for (RoleName name : RoleName.values()) {
      Role role = name.of(roles);
      if (role.threshold() < 1 || role.threshold() > role.keys().size()) {
        reasons.add(
            "the role `%s` would have %d keys of which %d must sign"
                .formatted(name.word(), role.keys().size(), role.threshold()));
      }
      if (role.keys().size() > KeySettings.MOST_KEYS) {
        reasons.add(
            "the role `%s` would have more than %d keys"
                .formatted(name.word(), KeySettings.MOST_KEYS));
      }
    }
  }
}
