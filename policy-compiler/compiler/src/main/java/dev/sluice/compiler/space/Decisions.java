package dev.sluice.compiler.space;

import dev.sluice.engine.policy.AuthorizationPolicy;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.RequestAuthentication;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/// What a {@link PolicySet} admits, as a region: the decision of {@link
/// dev.sluice.engine.policy.TreeDecider} for all connections and requests at once.
public final class Decisions {
  private final Space space;

  /// Decides in a space whose vocabulary includes the sets that will be asked about.
  public Decisions(Space space) {
    this.space = space;
  }

  /// The connections that are allowed: where no HTTP is parsed.
  public Region admittedConnections(PolicySet set) {
    var guarded = new ArrayList<Region>();
    var refused = new ArrayList<Region>();
    for (Guard guard : set.guards()) {
      Region ports = space.of(Vocabulary.portsOf(guard.refuses()));
      guarded.add(ports);
      refused.add(ports.minus(exempt(guard)));
    }
    Region denied = matched(set, Action.DENY, space::possibly);
    Region passed =
        union(guarded).or(allowed(set, space::surely)).minus(union(refused)).minus(denied);
    Region plaintext = space.anonymous().and(space.of(Vocabulary.strictPorts(set.mtls())));
    return relayed(admissions(set)).or(passed).minus(plaintext);
  }

  /// The connections that these admissions let pass because what they carry was judged before.
  public Region relayed(Collection<Guard.Admission> admissions) {
    return union(
        admissions.stream()
            .map(admission ->
                space
                    .of(Vocabulary.waypointOf(admission))
                    .and(space.of(Vocabulary.portsOf(admission.ports()))))
            .toList());
  }

  /// The HTTP requests that are allowed: at a waypoint.
  public Region admittedRequests(PolicySet set) {
    Region denied = matched(set, Action.DENY, space::of);
    Region refused =
        space.withToken(Point.Token.INVALID).or(space.withToken(Point.Token.WRONG_AUDIENCE));
    return allowed(set, space::of).minus(denied).minus(refused);
  }

  /// The HTTP requests that are allowed, told apart by the token they carry: valid means signed and
  /// in time, and the set's RequestAuthentications judge issuer and audience. Without any of them
  /// no token is looked at.
  public Region admittedWithTokens(PolicySet set) {
    if (set.authentications().isEmpty()) {
      Region denied = matched(set, Action.DENY, space::withoutToken);
      return allowed(set, space::withoutToken).minus(denied);
    }
    var accepted = new ArrayList<Region>();
    accepted.add(space.withToken(Point.Token.ABSENT));
    for (RequestAuthentication authentication : set.authentications()) {
      authentication.rules().forEach(rule -> accepted.add(accepted(rule)));
    }
    return admittedRequests(set).and(union(accepted));
  }

  /// The requests with a token that verifies and that this rule accepts.
  public Region accepted(RequestAuthentication.JwtRule rule) {
    Region result = space.withToken(Point.Token.VALID);
    if (!rule.issuer().isEmpty()) {
      result = result.and(space.of(Vocabulary.issuedBy(rule.issuer())));
    }
    return rule.audiences().isEmpty()
        ? result
        : result.and(space.of(Vocabulary.addressedTo(rule.audiences())));
  }

  private static List<Guard.Admission> admissions(PolicySet set) {
    return set.guards().stream().flatMap(guard -> guard.admits().stream()).toList();
  }

  private Region exempt(Guard guard) {
    return space.of(
        new Condition.AnyOf(
            guard.exempt().stream()
                .map(match -> (Condition) new Condition.Principal(match))
                .toList()));
  }

  private Region allowed(PolicySet set, Function<Condition, Region> reading) {
    boolean isRestricted =
        set.policies().stream().anyMatch(policy -> policy.action() == Action.ALLOW);
    return isRestricted ? matched(set, Action.ALLOW, reading) : space.all();
  }

  private Region matched(PolicySet set, Action action, Function<Condition, Region> reading) {
    var rules = new ArrayList<Region>();
    for (AuthorizationPolicy policy : set.policies()) {
      if (policy.action() == action) {
        policy.rules().forEach(rule -> rules.add(reading.apply(rule.condition())));
      }
    }
    return union(rules);
  }

  private Region union(List<Region> regions) {
    return Region.union(space, regions);
  }
}
