package dev.sluice.engine.index;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Decider;
import dev.sluice.engine.policy.Evaluation.Truth;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.MtlsRequirement;
import dev.sluice.engine.policy.Peer;
import dev.sluice.engine.policy.PeerAuthentication.Mode;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.Verdict;
import dev.sluice.engine.policy.Verdict.Allow;
import dev.sluice.engine.policy.Verdict.Cause;
import dev.sluice.engine.policy.Verdict.Deny;
import dev.sluice.engine.policy.Verdict.Reject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The decision for one {@link PolicySet}, with the verdict and cause of {@link
/// dev.sluice.engine.policy.TreeDecider} at a cost that does not grow with the number of policies,
/// as long as they ask for different peers, ports, paths or methods.
///
/// Immutable; verdicts are made when it is built.
public final class IndexedDecider implements Decider {

  private final PortTable<Verdict> plaintext;
  private final GuardIndex guards;
  private final Rules denying;
  private final Rules allowing;
  private final Verdict otherwise;

  private IndexedDecider(PolicySet set, Slicer.Factory slicers) {
    plaintext = plaintext(set.mtls());
    guards = GuardIndex.of(set.guards());
    denying = Rules.of(set, Action.DENY, slicers);
    allowing = Rules.of(set, Action.ALLOW, slicers);
    boolean restricted =
        set.policies().stream().anyMatch(policy -> policy.action() == Action.ALLOW);
    otherwise =
        restricted ? new Deny(new Cause.NoAllowMatched()) : new Allow(new Cause.NoAllowPolicy());
  }

  /// Builds the index of a set.
  public static IndexedDecider of(PolicySet set) {
    return new IndexedDecider(set, SelectiveSlicer::of);
  }

  static IndexedDecider of(PolicySet set, Slicer.Factory slicers) {
    return new IndexedDecider(set, slicers);
  }

  /// The rules of one action and what each of them decides.
  private record Rules(
      RuleIndex onConnections,
      RuleIndex onRequests,
      List<Verdict> verdicts,
      List<Verdict> needingHttp) {

    static Rules of(PolicySet set, Action action, Slicer.Factory slicers) {
      var conditions = new ArrayList<Condition>();
      var verdicts = new ArrayList<Verdict>();
      var needingHttp = new ArrayList<Verdict>();
      for (var policy : set.policies()) {
        if (policy.action() == action) {
          for (var rule : policy.rules()) {
            conditions.add(rule.condition());
            var cause = new Cause.ByRule(policy.id(), rule.index());
            verdicts.add(
                switch (action) {
                  case ALLOW -> new Allow(cause);
                  case DENY -> new Deny(cause);
                });
            needingHttp.add(new Deny(new Cause.NeedsHttp(policy.id(), rule.index())));
          }
        }
      }
      var wanted =
          switch (action) {
            case ALLOW -> RuleIndex.Wanted.TRUE;
            case DENY -> RuleIndex.Wanted.TRUE_OR_UNKNOWN;
          };
      return new Rules(
          RuleIndex.of(conditions, wanted, slicers.of(conditions, Slicer.Layer.CONNECTION)),
          RuleIndex.of(conditions, wanted, slicers.of(conditions, Slicer.Layer.REQUEST)),
          List.copyOf(verdicts),
          List.copyOf(needingHttp));
    }

    @Nullable Verdict on(Connection connection) {
      int position = onConnections.first(connection);
      if (position == RuleIndex.NONE) {
        return null;
      }
      return onConnections.test(position, connection) == Truth.UNKNOWN
          ? needingHttp.get(position)
          : verdicts.get(position);
    }

    @Nullable Verdict on(HttpRequest request) {
      int position = onRequests.first(request);
      return position == RuleIndex.NONE ? null : verdicts.get(position);
    }
  }

  private static PortTable<Verdict> plaintext(MtlsRequirement mtls) {
    return PortTable.of(
        new TreeSet<>(mtls.ports().keySet()),
        port -> {
          var required = mtls.at(port);
          return required.mode() == Mode.STRICT
              ? new Deny(new Cause.PlaintextRefused(Objects.requireNonNull(required.by())))
              : null;
        });
  }

  @Override
  public Verdict decide(Connection connection) {
    int port = connection.workload().port();
    Verdict settled =
        switch (connection.peer()) {
          case Peer.Anonymous _ -> plaintext.at(port);
          case Peer.Identified(SpiffeId id) -> guards.admitted(id, port);
        };
    if (settled != null) {
      return settled;
    }
    Verdict denied = denying.on(connection);
    if (denied != null) {
      return denied;
    }
    Verdict guarded = guards.refused(connection.peer(), port);
    if (guarded != null) {
      return guarded;
    }
    Verdict allowed = allowing.on(connection);
    return allowed != null ? allowed : otherwise;
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
    Verdict denied = denying.on(request);
    if (denied != null) {
      return denied;
    }
    Verdict allowed = allowing.on(request);
    return allowed != null ? allowed : otherwise;
  }

  /// The most rules that deciding any one connection evaluates.
  public int worstConnection() {
    return denying.onConnections().worstCase() + allowing.onConnections().worstCase();
  }

  /// The most rules that deciding any one request evaluates.
  public int worstRequest() {
    return denying.onRequests().worstCase() + allowing.onRequests().worstCase();
  }
}
