package dev.sluice.compiler.traffic;

import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Client;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.compiler.syntax.Decision;
import dev.sluice.compiler.traffic.Recorded.Was;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Cidr;
import dev.sluice.engine.policy.Peer;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Makes requests of log lines.
///
/// Source of field names and messages: ztunnel's access log; ours add `policy`, `rule` and
/// `reason`.
final class Reconstruction {

  private static final String REJECTION = "policy rejection";
  private static final String POLICY_CHANGE = "policy change";
  private static final int FORBIDDEN = 403;

  private final Set<SpiffeId> waypoints;

  /// `waypoints` are the identities whose connections carry requests that others sent.
  Reconstruction(Set<SpiffeId> waypoints) {
    this.waypoints = Set.copyOf(waypoints);
  }

  /// What a line tells.
  sealed interface Reconstructed {
    /// A request and its decision.
    record Usable(Recorded recorded) implements Reconstructed {}

    /// Nothing that could be used.
    record Left(Unusable reason) implements Reconstructed {}
  }

  Reconstructed of(String text) {
    if (text.isEmpty()) {
      return new Reconstructed.Left(Unusable.EMPTY);
    }
    Optional<LogLine> line = LogLine.parse(text);
    if (line.isEmpty()) {
      return new Reconstructed.Left(Unusable.UNREADABLE);
    }
    return line.get().scope().equals("access")
        ? of(line.get())
        : new Reconstructed.Left(Unusable.OTHER_SCOPE);
  }

  private Reconstructed of(LogLine line) {
    if (line.field("direction").equals("outbound")) {
      return new Reconstructed.Left(Unusable.OUTBOUND);
    }
    String identity = line.field("src.identity");
    Optional<SpiffeId> id = SpiffeId.parse(identity);
    if (!identity.isEmpty() && id.isEmpty()) {
      return new Reconstructed.Left(Unusable.BAD_IDENTITY);
    }
    boolean atWaypoint = !line.field("dst.vip").isEmpty();
    if (!atWaypoint && id.filter(waypoints::contains).isPresent()) {
      return new Reconstructed.Left(Unusable.RELAYED);
    }
    Peer peer = id.<Peer>map(Peer.Identified::new).orElseGet(Peer::anonymous);
    var client = new Client(peer, address(line.field("src.addr")));
    return atWaypoint ? atWaypoint(line, client) : atZtunnel(line, client);
  }

  private static Reconstructed atZtunnel(LogLine line, Client client) {
    if (line.message().equals("connection failed")) {
      return new Reconstructed.Left(Unusable.UNDECIDED);
    }
    // upstream logs its own port in `dst.addr` and the dialled one beside it
    String hbone = line.field("dst.hbone_addr");
    String dialled = hbone.isEmpty() ? line.field("dst.addr") : hbone;
    int port = port(dialled);
    String namespace = line.field("dst.namespace");
    String workload = line.field("dst.workload");
    if (port == 0 || namespace.isEmpty() || workload.isEmpty()) {
      return new Reconstructed.Left(Unusable.NO_DESTINATION);
    }
    var target = new Target.OfWorkload(namespace, workload, port, address(dialled));
    return recorded(
        line,
        new Case(client, target, Optional.empty()),
        Was.of(wasRefused(line) ? Decision.DENY : Decision.ALLOW));
  }

  private static Reconstructed atWaypoint(LogLine line, Client client) {
    String[] name = line.field("dst.service").split("\\.", -1);
    int port = port(line.field("dst.vip"));
    if (name.length < 2 || port == 0) {
      return new Reconstructed.Left(Unusable.NO_DESTINATION);
    }
    if (line.field("reason").isEmpty()) {
      return new Reconstructed.Left(Unusable.UNDECIDED);
    }
    var target = new Target.OfService(name[1], name[0], port, address(line.field("dst.vip")));
    String method = line.field("method");
    if (method.isEmpty()) {
      return recorded(
          line,
          new Case(client, target, Optional.empty()),
          Was.of(wasRefused(line) ? Decision.DENY : Decision.ALLOW));
    }
    var http = new Http(method, line.field("authority"), path(line), Map.of(), new Token.Absent());
    boolean answered = line.field("response_details").equals(line.field("reason"));
    boolean forbidden = line.field("status").equals(String.valueOf(FORBIDDEN));
    return recorded(
        line,
        new Case(client, target, Optional.of(http)),
        Was.of(answered && forbidden ? Decision.DENY : Decision.ALLOW));
  }

  private static String path(LogLine line) {
    String path = line.field("path");
    return path.isEmpty() ? "/" : path;
  }

  /// `guess` is what status and error say; a recorded reason knows better.
  private static Reconstructed recorded(LogLine line, Case asked, Was guess) {
    String reason = line.field("reason");
    Decision decision =
        switch (reason) {
          case "token_invalid" -> Decision.REJECT;
          case "wrong_audience",
              "no_allow_matched",
              "plaintext_refused",
              "guard_refused",
              "needs_http" ->
              Decision.DENY;
          case "no_allow_policy", "guard_exempt", "judged_by_waypoint" -> Decision.ALLOW;
          default -> guess.decision();
        };
    if (reason.equals("no_policy") || reason.equals("binding_drift")) {
      return new Reconstructed.Left(Unusable.NO_POLICY);
    }
    if (reason.equals("judged_by_waypoint")) {
      return new Reconstructed.Left(Unusable.RELAYED);
    }
    boolean failed = !line.field("error").isEmpty() && !wasRefused(line);
    if (failed && reason.isEmpty()) {
      return new Reconstructed.Left(Unusable.FAILED);
    }
    String rule = line.field("rule");
    boolean numbered = rule.length() < 6 && isNumber(rule);
    var was =
        new Was(decision, reason, line.field("policy"), numbered ? Integer.parseInt(rule) : -1);
    return new Reconstructed.Usable(new Recorded(asked, was, workload(line)));
  }

  private static boolean wasRefused(LogLine line) {
    String error = line.field("error");
    return error.contains(REJECTION) || error.contains(POLICY_CHANGE);
  }

  private static String workload(LogLine line) {
    String name = line.field("dst.workload");
    String namespace = line.field("dst.namespace");
    return name.isEmpty() || namespace.isEmpty() ? "" : namespace + "/" + name;
  }

  private static Optional<InetAddress> address(String text) {
    int colon = text.lastIndexOf(':');
    boolean bracketed = text.startsWith("[");
    boolean withPort = bracketed ? text.contains("]:") : colon >= 0 && colon == text.indexOf(':');
    String host = withPort ? text.substring(0, colon) : text;
    String literal = bracketed ? host.substring(1).replace("]", "") : host;
    return literal.indexOf('/') >= 0 ? Optional.empty() : Cidr.parse(literal).map(Cidr::network);
  }

  /// The port at the end of an address; 0 when there is none.
  private static int port(String text) {
    String digits = text.substring(text.lastIndexOf(':') + 1);
    return text.indexOf(':') >= 0 && digits.length() < 6 && isNumber(digits)
        ? Integer.parseInt(digits)
        : 0;
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
