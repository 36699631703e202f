package dev.sluice.compiler.compare;

import dev.sluice.compiler.space.Aspect;
import dev.sluice.compiler.space.Point;
import dev.sluice.compiler.space.Space;
import dev.sluice.compiler.space.Vocabulary;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Client;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.engine.policy.Connection.AddressPort;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Makes questions that people and `sluice test` can ask out of points of a space.
final class Cases {

  private static final Aspect SOURCE = new Aspect.SourceAddress();
  private static final Aspect WORKLOAD = new Aspect.WorkloadAddress();
  private static final Aspect SERVICE = new Aspect.AddressedService();

  private Cases() {}

  /// Which addresses matter, so that a case says those and no others.
  record Relevance(Set<Aspect> aspects) {
    Relevance {
      aspects = Set.copyOf(aspects);
    }

    /// What decisions in a space with this vocabulary look at.
    static Relevance of(Space space, Vocabulary vocabulary) {
      var aspects = new HashSet<Aspect>();
      for (Aspect aspect : List.of(SOURCE, WORKLOAD)) {
        if (space.distinguishes(aspect)) {
          aspects.add(aspect);
        }
      }
      if (vocabulary.mentionsServiceAddresses()) {
        aspects.add(SERVICE);
      }
      return new Relevance(aspects);
    }

    private Optional<InetAddress> relevant(Aspect aspect, InetAddress address) {
      return aspects.contains(aspect) ? Optional.of(address) : Optional.empty();
    }
  }

  /// The case of a point on its way to a workload, given as `namespace` and `name`.
  static Case of(Point point, Entry entry, Goal goal, Relevance relevance) {
    var client = new Client(point.peer(), relevance.relevant(SOURCE, point.source()));
    return switch (entry) {
      case Entry.AtPod _ ->
          new Case(
              client,
              new Target.OfWorkload(
                  goal.namespace(),
                  goal.name(),
                  point.workload().port(),
                  relevance.relevant(WORKLOAD, point.workload().address())),
              Optional.empty());
      case Entry.AtService(int port, var _, var view) -> {
        Optional<InetAddress> address =
            point
                .service()
                .map(AddressPort::address)
                .flatMap(vip -> relevance.relevant(SERVICE, vip));
        yield new Case(
            client,
            new Target.OfService(goal.namespace(), goal.name(), port, address),
            view == Judging.View.REQUESTS ? Optional.of(http(point)) : Optional.empty());
      }
    };
  }

  /// What is dialled: a workload or a Service by name.
  record Goal(String namespace, String name) {}

  private static Http http(Point point) {
    var operation = point.operation();
    Token token =
        switch (point.token()) {
          case ABSENT -> new Token.Absent();
          case VALID -> new Token.Signed(point.tokenClaims());
          case INVALID, WRONG_AUDIENCE -> new Token.Invalid();
        };
    return new Http(
        operation.method(), operation.host(), operation.path(), operation.headers(), token);
  }
}
