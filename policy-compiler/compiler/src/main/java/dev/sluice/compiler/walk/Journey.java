package dev.sluice.compiler.walk;

import dev.sluice.compiler.syntax.Decision;
import dev.sluice.engine.policy.PolicyId;
import java.util.List;
import java.util.Optional;

/// One way a case may go: the proxies that decided, in order, and where it ended.
///
/// `route` is the HTTPRoute that chose the destination, if one did.
public record Journey(List<Hop> hops, Optional<PolicyId> route, Ending ending) {

  public Journey {
    hops = List.copyOf(hops);
  }

  /// Where a request ends that nobody refuses.
  public sealed interface Ending {
    /// At a port of one of these workloads, which policies do not tell apart.
    record Delivered(List<String> workloads, int port) implements Ending {
      public Delivered {
        workloads = List.copyOf(workloads);
      }
    }

    /// The waypoint answers itself: a redirect, or an error status with a stable snake_case reason.
    record Answered(int status, String reason) implements Ending {}

    /// The waypoint refuses the request before any policy: 400.
    record Malformed(String reason) implements Ending {}
  }

  /// The first refusal, otherwise allow.
  public Decision decision() {
    if (ending instanceof Ending.Malformed) {
      return Decision.DENY;
    }
    return decisive().map(hop -> Decision.of(hop.verdict())).orElse(Decision.ALLOW);
  }

  /// Where it ends if nobody refuses, in a few words.
  public String end() {
    return switch (ending) {
      case Ending.Delivered(var workloads, int port) ->
          String.join(", ", workloads) + " port " + port;
      case Ending.Answered(int status, var reason) -> status + " (" + reason + ")";
      case Ending.Malformed(var reason) -> "400 (" + reason + ")";
    };
  }

  /// The hop whose verdict is the answer: the first that refuses, otherwise the last that judged;
  /// empty when no proxy decides.
  public Optional<Hop> decisive() {
    Optional<Hop> refusing = hops.stream().filter(hop -> !hop.verdict().allows()).findFirst();
    return refusing.or(() ->
        hops.stream()
            .filter(hop -> !hop.isRelay())
            .reduce((_, last) -> last)
            .or(() -> hops.stream().findFirst()));
  }
}
