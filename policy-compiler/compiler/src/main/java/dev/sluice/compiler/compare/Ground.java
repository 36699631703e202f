package dev.sluice.compiler.compare;

import dev.sluice.compiler.compare.Judging.Relay;
import dev.sluice.compiler.compare.Judging.View;
import dev.sluice.compiler.space.Answer;
import dev.sluice.compiler.space.Decisions;
import dev.sluice.compiler.space.Point;
import dev.sluice.compiler.space.Realm;
import dev.sluice.compiler.space.Region;
import dev.sluice.compiler.space.Space;
import dev.sluice.compiler.space.Vocabulary;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Condition;
import dev.sluice.engine.policy.Guard;
import dev.sluice.engine.policy.PolicySet;
import dev.sluice.engine.policy.RequestAuthentication.JwtRule;
import dev.sluice.engine.shard.PolicyShard.PathNormalization;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/// The space of what can go one way, and what each of several judges admits of it.
final class Ground {
  private final Space space;
  private final Setting setting;
  private final Entry entry;
  private final List<Judging> judges;

  private Ground(Space space, Setting setting, Entry entry, List<Judging> judges) {
    this.space = space;
    this.setting = setting;
    this.entry = entry;
    this.judges = judges;
  }

  /// What holds for a whole mesh.
  record Setting(
      PathNormalization normalization, List<SpiffeId> identities, Set<SpiffeId> waypoints) {
    Setting {
      waypoints = Set.copyOf(waypoints);
      identities = List.copyOf(identities);
    }
  }

  /// Asks about what goes one way.
  static <T> Answer<T> explore(
      Setting setting, Entry entry, List<Judging> judges, Function<Ground, T> question) {
    Realm realm = Realm.of(setting.normalization()).withIdentities(setting.identities());
    Realm local =
        switch (entry) {
          case Entry.AtPod(var known) -> realm.withPorts(known);
          case Entry.AtService(int _, var host, var _) -> realm.withHosts(List.of(host));
        };
    return Space.explore(
        vocabulary(entry, judges),
        local,
        space -> question.apply(new Ground(space, setting, entry, judges)));
  }

  /// What decisions on this way look at.
  static Vocabulary vocabulary(Entry entry, List<Judging> judges) {
    Vocabulary vocabulary =
        Vocabulary.ofSets(judges.stream().flatMap(judge -> judge.policies().stream()).toList());
    judges.forEach(judge ->
        judge.fixedPort().ifPresent(port -> vocabulary.add(new Condition.WorkloadPort(port))));
    if (entry instanceof Entry.AtService(int port, var _, var _)) {
      vocabulary.add(new Condition.ServicePort(port));
    }
    return vocabulary;
  }

  Space space() {
    return space;
  }

  /// Everything that can go this way by itself; what waypoints relay was judged before. Whoever is
  /// admitted like a waypoint and is none counts like anybody.
  Region possible() {
    List<Guard.Admission> known =
        judges.stream()
            .flatMap(judge -> judge.policies().stream())
            .flatMap(set -> set.guards().stream())
            .flatMap(guard -> guard.admits().stream())
            .filter(admission -> setting.waypoints().contains(admission.waypoint()))
            .toList();
    Region relayed = new Decisions(space).relayed(known);
    return entering().minus(relayed);
  }

  private Region entering() {
    return switch (entry) {
      case Entry.AtPod _ -> space.direct().and(space.withToken(Point.Token.ABSENT));
      case Entry.AtService(int port, var _, var view) ->
          space
              .of(new Condition.ServicePort(port))
              .minus(space.anonymous())
              .and(view == View.BYTES ? space.withToken(Point.Token.ABSENT) : tokens());
    };
  }

  /// The tokens there can be, each by one issuer. One that no judge accepts is treated as one that
  /// does not verify; where nobody looks at tokens they make no difference.
  private Region tokens() {
    List<PolicySet> sets = judges.stream().flatMap(judge -> judge.policies().stream()).toList();
    if (sets.stream().allMatch(set -> set.authentications().isEmpty())) {
      return space.withToken(Point.Token.ABSENT);
    }
    List<JwtRule> rules =
        sets.stream()
            .flatMap(set -> set.authentications().stream())
            .flatMap(authentication -> authentication.rules().stream())
            .toList();
    var decisions = new Decisions(space);
    Region accepted = Region.union(space, rules.stream().map(decisions::accepted).toList());
    Region unknown = space.withToken(Point.Token.VALID).minus(accepted);
    return space
        .withSingle(List.of("iss"))
        .minus(space.withToken(Point.Token.WRONG_AUDIENCE))
        .minus(unknown);
  }

  /// What a judge admits of it.
  Region admitted(Judging judging) {
    var decisions = new Decisions(space);
    Region admitted =
        switch (judging) {
          case Judging.Nobody() -> space.all();
          case Judging.Somebody(var who, var _) ->
              throw new IllegalArgumentException("what " + who + " admits is not known");
          case Judging.Ztunnel(var slice, var _) -> decisions.admittedConnections(slice.set());
          case Judging.Waypoint(var _, int _, var _, var relay) when relay == Relay.REFUSED ->
              space.none();
          case Judging.Waypoint(var slice, int _, var view, var _) ->
              switch (view) {
                case REQUESTS -> decisions.admittedWithTokens(slice.set());
                case BYTES -> decisions.admittedConnections(slice.set());
              };
        };
    var port = judging.fixedPort();
    Region here = port.isPresent() ? admitted.atPort(port.getAsInt()) : admitted;
    return here.and(possible());
  }
}
