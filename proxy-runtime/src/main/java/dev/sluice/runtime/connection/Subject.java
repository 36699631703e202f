package dev.sluice.runtime.connection;

import dev.sluice.engine.policy.Decider;

/// What connections lead to: those to equal subjects are decided by the same decider.
public interface Subject {

  /// What decides, by the policy and mesh of the moment it is asked.
  ///
  /// As long as nothing has changed for the subject, equal deciders are given: a recheck passes
  /// over it. Equal deciders decide alike.
  Decider decider();
}
