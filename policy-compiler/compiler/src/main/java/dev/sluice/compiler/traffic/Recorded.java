package dev.sluice.compiler.traffic;

import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Client;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Decision;
import java.util.Optional;

/// A request that a proxy decided, as far as its log line tells.
///
/// Headers and tokens are in no log. `workload` is where it ended, `namespace/name` of a pod, empty
/// when that is not recorded.
public record Recorded(Case asked, Was was, String workload) {

  /// The decision that was made: its stable reason, and the policy and zero-based rule behind it
  /// where they are recorded (empty, -1).
  public record Was(Decision decision, String reason, String policy, int rule) {
    /// A decision of which no more is known.
    static Was of(Decision decision) {
      return new Was(decision, "", "", -1);
    }
  }

  /// Without the addresses, so that requests that differ in nothing else are the same.
  Recorded withoutAddresses() {
    Target to =
        switch (asked.to()) {
          case Target.OfService(var namespace, var name, int port, var _) ->
              new Target.OfService(namespace, name, port, Optional.empty());
          case Target.OfWorkload(var namespace, var name, int port, var _) ->
              new Target.OfWorkload(namespace, name, port, Optional.empty());
        };
    var client = new Client(asked.from().peer(), Optional.empty());
    return new Recorded(new Case(client, to, asked.http()), was, workload);
  }
}
