package dev.sluice.cli.report;

import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Client;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.engine.policy.Peer;

/// A case in one line.
final class CaseText {
  private CaseText() {}

  static String of(Case asked) {
    String request =
        asked.http().map(http -> http.method() + " " + http.path() + " to ").orElse("");
    return client(asked.from()) + " → " + request + target(asked.to());
  }

  static String client(Client client) {
    return switch (client.peer()) {
      case Peer.Identified(var id) -> id.principal();
      case Peer.Anonymous() -> "plaintext client";
    };
  }

  static String target(Target target) {
    String kind =
        switch (target) {
          case Target.OfService _ -> "Service ";
          case Target.OfWorkload _ -> "workload ";
        };
    return kind + target.namespace() + "/" + target.name() + ":" + target.port();
  }
}
