package dev.sluice.compiler.space;

import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Claims;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.HttpRequest.Headers;
import dev.sluice.engine.policy.Peer;
import java.net.InetAddress;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/// One connection with the request on it: an example of a region.
///
/// `claims` are the texts of each claim by its path and count only when the token is valid.
public record Point(
    Peer peer,
    InetAddress source,
    AddressPort workload,
    Optional<AddressPort> service,
    Operation operation,
    Token token,
    Map<List<String>, List<String>> claims) {

  public Point {
    claims = Map.copyOf(claims);
  }

  /// What the request asks for; `headers` by lower-case name.
  public record Operation(
      String method, String host, String path, SortedMap<String, String> headers) {
    public Operation {
      headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    }

    Operation withHeader(String name, Optional<String> value) {
      var changed = new TreeMap<>(headers);
      changed.remove(name);
      value.ifPresent(text -> changed.put(name, text));
      return new Operation(method, host, path, changed);
    }
  }

  /// What the request's token amounts to.
  public enum Token {
    ABSENT,
    VALID,
    INVALID,
    WRONG_AUDIENCE
  }

  /// Where examples start from: plaintext to a pod, `GET /`.
  static Point usual() {
    InetAddress pod = InetAddress.ofLiteral("10.0.0.9");
    return new Point(
        Peer.anonymous(),
        InetAddress.ofLiteral("10.0.0.1"),
        new AddressPort(pod, 1),
        Optional.empty(),
        new Operation("GET", "x", "/", new TreeMap<>()),
        Token.ABSENT,
        Map.of());
  }

  Point withPeer(Peer other) {
    return new Point(other, source, workload, service, operation, token, claims);
  }

  Point withSource(InetAddress other) {
    return new Point(peer, other, workload, service, operation, token, claims);
  }

  Point withWorkload(AddressPort other) {
    return new Point(peer, source, other, service, operation, token, claims);
  }

  Point withService(Optional<AddressPort> other) {
    return new Point(peer, source, workload, other, operation, token, claims);
  }

  Point withOperation(Operation other) {
    return new Point(peer, source, workload, service, other, token, claims);
  }

  Point withToken(Token other) {
    return new Point(peer, source, workload, service, operation, other, claims);
  }

  Point withClaim(List<String> path, String text) {
    var changed = new HashMap<>(claims);
    changed.merge(path, List.of(text), Point::both);
    return new Point(peer, source, workload, service, operation, token, changed);
  }

  private static List<String> both(List<String> some, List<String> others) {
    return Stream.concat(some.stream(), others.stream()).toList();
  }

  /// The connection alone.
  public Connection connection() {
    return new Connection(peer, source, workload, service.orElse(null));
  }

  /// The request.
  public HttpRequest request() {
    return new HttpRequest(
        connection(),
        operation.method(),
        operation.host(),
        operation.path(),
        Headers.of(operation.headers()),
        credential());
  }

  private Credential credential() {
    return switch (token) {
      case ABSENT -> new Credential.Absent();
      case VALID -> new Credential.Valid(tokenClaims());
      case INVALID -> new Credential.Invalid("does not verify");
      case WRONG_AUDIENCE -> new Credential.WrongAudience("not for this audience");
    };
  }

  /// What a valid token says.
  public Claims tokenClaims() {
    var tree = new ClaimTree();
    claims.forEach(tree::put);
    return new Claims(tree.values());
  }

  /// Claims by name while they are put together.
  private record ClaimTree(Map<String, ClaimValue> texts, Map<String, ClaimTree> nested) {
    ClaimTree() {
      this(new HashMap<>(), new HashMap<>());
    }

    void put(List<String> path, List<String> values) {
      if (path.size() == 1) {
        texts.put(
            path.getFirst(),
            values.size() == 1
                ? new ClaimValue.Text(values.getFirst())
                : new ClaimValue.Texts(values));
      } else {
        nested
            .computeIfAbsent(path.getFirst(), _ -> new ClaimTree())
            .put(path.subList(1, path.size()), values);
      }
    }

    Map<String, ClaimValue> values() {
      var all = new HashMap<>(texts);
      nested.forEach((name, tree) -> all.put(name, new ClaimValue.Nested(tree.values())));
      return all;
    }
  }
}
