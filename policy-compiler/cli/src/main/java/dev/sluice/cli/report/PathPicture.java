package dev.sluice.cli.report;

import dev.sluice.cli.terminal.Colour.Ink;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.walk.Hop;
import dev.sluice.compiler.walk.Journey;
import dev.sluice.engine.policy.Peer;

/// A journey as a picture of one line; what lies behind a refusal is not reached and not shown.
final class PathPicture {
  private static final String PLAIN = " ──▶ ";
  private static final String MTLS = " ──mTLS──▶ ";
  private static final String REFUSED = " ✗";

  private PathPicture() {}

  static void write(Page page, Case asked, Journey journey) {
    page.add(Ink.HEADING, client(asked));
    boolean identified = asked.from().peer() instanceof Peer.Identified;
    if (identified) {
      page.add(PLAIN).add("ztunnel");
    }
    if (journey.ending() instanceof Journey.Ending.Malformed) {
      page.add(MTLS).add(Ink.BAD, "waypoint" + REFUSED).line();
      return;
    }
    for (Hop hop : journey.hops()) {
      boolean allowed = hop.verdict().allows();
      page.add(identified ? MTLS : PLAIN)
          .add(allowed ? Ink.GOOD : Ink.BAD, hop.proxy().label() + (allowed ? "" : REFUSED));
    }
    if (journey.decision() == Decision.ALLOW) {
      page.add(PLAIN).add(Ink.HEADING, journey.end());
    }
    page.line();
  }

  private static String client(Case asked) {
    return switch (asked.from().peer()) {
      case Peer.Identified(var id) -> id.namespace() + "/" + id.serviceAccount();
      case Peer.Anonymous() -> "plaintext client";
    };
  }
}
