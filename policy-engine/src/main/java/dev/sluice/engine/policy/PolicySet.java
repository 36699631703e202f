package dev.sluice.engine.policy;

import java.util.List;

/// Everything that applies to one destination: the input of a decision.
public record PolicySet(
    List<AuthorizationPolicy> policies,
    List<RequestAuthentication> authentications,
    MtlsRequirement mtls,
    List<Guard> guards) {

  public PolicySet {
    policies = List.copyOf(policies);
    authentications = List.copyOf(authentications);
    guards = List.copyOf(guards);
  }

  /// Nothing applies: everything is allowed.
  public static PolicySet empty() {
    return new PolicySet(List.of(), List.of(), MtlsRequirement.permissive(), List.of());
  }
}
