package dev.sluice.compiler.traffic;

import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.engine.policy.Peer;
import java.util.Optional;

/// What a client did to a destination, as far as a policy made of a log can tell requests apart.
///
/// `client` is the principal, empty for plaintext. `operation` is empty for a TCP connection.
record Access(Destination destination, String client, int port, Optional<Operation> operation)
    implements Comparable<Access> {

  /// Where it went: a Service behind a waypoint, or a workload.
  record Destination(Kind kind, String namespace, String name) implements Comparable<Destination> {
    @Override
    public int compareTo(Destination other) {
      return text().compareTo(other.text());
    }

    private String text() {
      return namespace + "/" + name + "/" + kind;
    }
  }

  /// What a destination is.
  enum Kind {
    SERVICE,
    WORKLOAD
  }

  /// Method and path of an HTTP request, without query.
  record Operation(String method, String path) {}

  static Access of(Recorded recorded) {
    Case asked = recorded.asked();
    var destination =
        switch (asked.to()) {
          case Target.OfService target ->
              new Destination(Kind.SERVICE, target.namespace(), target.name());
          case Target.OfWorkload target ->
              new Destination(Kind.WORKLOAD, target.namespace(), target.name());
        };
    String client =
        switch (asked.from().peer()) {
          case Peer.Identified(var id) -> id.principal();
          case Peer.Anonymous() -> "";
        };
    return new Access(destination, client, asked.to().port(), asked.http().map(Access::operation));
  }

  private static Operation operation(Http http) {
    int question = http.path().indexOf('?');
    return new Operation(
        http.method(), question < 0 ? http.path() : http.path().substring(0, question));
  }

  @Override
  public int compareTo(Access other) {
    return text().compareTo(other.text());
  }

  private String text() {
    return destination.text()
        + " "
        + client
        + " "
        + String.format(java.util.Locale.ROOT, "%05d", port)
        + operation.map(o -> " " + o.path() + " " + o.method()).orElse("");
  }
}
