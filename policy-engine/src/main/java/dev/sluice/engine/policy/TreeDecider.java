package dev.sluice.engine.policy;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Guard.Admission;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import dev.sluice.engine.policy.Verdict.Allow;
import dev.sluice.engine.policy.Verdict.Cause;
import dev.sluice.engine.policy.Verdict.Deny;
import dev.sluice.engine.policy.Verdict.Reject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The meaning of a {@link PolicySet}: walks every policy. The index must agree with it.
public record TreeDecider(PolicySet set) implements Decider {

  @Override
  public Verdict decide(Connection connection) {
    int port = connection.workload().port();
    if (connection.peer() instanceof Peer.Anonymous) {
      var required = set.mtls().at(port);
      if (required.mode() == Mode.STRICT) {
        return new Deny(new Cause.PlaintextRefused(Objects.requireNonNull(required.by())));
      }
    }
    Cause judged = judgedByWaypoint(connection.peer(), port);
    if (judged != null) {
      return new Allow(judged);
    }
    Cause denied = denied(connection);
    if (denied != null) {
      return new Deny(denied);
    }
    Verdict guarded = guarded(connection.peer(), port);
    return guarded != null ? guarded : allowed(connection);
  }

  @Override
  public Verdict decide(HttpRequest request) {
    switch (request.credential()) {
      case Credential.Invalid(var reason) -> {
        return new Reject(new Cause.TokenInvalid(reason));
      }
      case Credential.WrongAudience(var reason) -> {
        return new Deny(new Cause.WrongAudience(reason));
      }
      case Credential.Absent _, Credential.Valid _ -> {}
    }
    for (AuthorizationPolicy policy : set.policies()) {
      if (policy.action() == Action.DENY) {
        for (var rule : policy.rules()) {
          if (Evaluation.matches(rule.condition(), request)) {
            return new Deny(new Cause.ByRule(policy.id(), rule.index()));
          }
        }
      }
    }
    boolean restricted = false;
    for (AuthorizationPolicy policy : set.policies()) {
      if (policy.action() == Action.ALLOW) {
        restricted = true;
        for (var rule : policy.rules()) {
          if (Evaluation.matches(rule.condition(), request)) {
            return new Allow(new Cause.ByRule(policy.id(), rule.index()));
          }
        }
      }
    }
    return restricted ? new Deny(new Cause.NoAllowMatched()) : new Allow(new Cause.NoAllowPolicy());
  }

  private @Nullable Cause judgedByWaypoint(Peer peer, int port) {
    if (peer instanceof Peer.Identified(SpiffeId id)) {
      for (Guard guard : set.guards()) {
        for (Admission admission : guard.admits()) {
          if (admission.waypoint().equals(id) && admission.ports().contains(port)) {
            return new Cause.JudgedByWaypoint(guard.id(), id);
          }
        }
      }
    }
    return null;
  }

  private @Nullable Cause denied(Connection connection) {
    for (AuthorizationPolicy policy : set.policies()) {
      if (policy.action() == Action.DENY) {
        for (var rule : policy.rules()) {
          switch (Evaluation.test(rule.condition(), connection)) {
            case TRUE -> {
              return new Cause.ByRule(policy.id(), rule.index());
            }
            case UNKNOWN -> {
              return new Cause.NeedsHttp(policy.id(), rule.index());
            }
            case FALSE -> {}
          }
        }
      }
    }
    return null;
  }

  private @Nullable Verdict guarded(Peer peer, int port) {
    Guard refusing = null;
    for (Guard guard : set.guards()) {
      if (guard.refuses().contains(port)) {
        refusing = refusing == null ? guard : refusing;
        if (!isExempt(guard, peer)) {
          return new Deny(new Cause.GuardRefused(guard.id()));
        }
      }
    }
    return refusing == null ? null : new Allow(new Cause.GuardExempt(refusing.id()));
  }

  private static boolean isExempt(Guard guard, Peer peer) {
    return peer instanceof Peer.Identified(SpiffeId id) && guard.isExempt(id);
  }

  private Verdict allowed(Connection connection) {
    boolean restricted = false;
    for (AuthorizationPolicy policy : set.policies()) {
      if (policy.action() == Action.ALLOW) {
        restricted = true;
        for (var rule : policy.rules()) {
          if (Evaluation.test(rule.condition(), connection) == Evaluation.Truth.TRUE) {
            return new Allow(new Cause.ByRule(policy.id(), rule.index()));
          }
        }
      }
    }
    return restricted ? new Deny(new Cause.NoAllowMatched()) : new Allow(new Cause.NoAllowPolicy());
  }
}
