package dev.sluice.compiler.compare;

import dev.sluice.compiler.compare.Change.Because;
import dev.sluice.compiler.compare.Change.Side;
import dev.sluice.compiler.link.LinkedMesh;
import dev.sluice.compiler.link.LinkedPolicy;
import dev.sluice.compiler.source.Span;
import dev.sluice.engine.policy.PolicyId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Where the policies of one revision stand in their files.
final class Places {
  private final Side side;
  private final Map<PolicyId, LinkedPolicy> policies = new HashMap<>();

  Places(Side side, LinkedMesh mesh) {
    this.side = side;
    mesh.policies().forEach(policy -> policies.putIfAbsent(policy.id(), policy));
  }

  Side side() {
    return side;
  }

  /// The place of a policy; empty for one that came without its files.
  Optional<Span> of(PolicyId id) {
    return Optional.ofNullable(policies.get(id)).map(policy -> policy.syntax().metadata().span());
  }

  /// The place of one of its rules.
  Optional<Span> of(PolicyId id, int index) {
    if (policies.get(id) instanceof LinkedPolicy.Authorization authorization) {
      Optional<Span> rule =
          authorization.rules().stream()
              .filter(candidate -> candidate.index() == index)
              .map(LinkedPolicy.LinkedRule::span)
              .findFirst();
      if (rule.isPresent()) {
        return rule;
      }
    }
    return of(id);
  }

  Because about(PolicyId id, String predicate) {
    return new Because(id + " " + predicate, side, Optional.of(id), of(id));
  }
}
