package dev.sluice.compiler.explain;

import dev.sluice.compiler.explain.NearestMiss.Change;
import dev.sluice.compiler.syntax.Case;
import dev.sluice.compiler.syntax.Case.Client;
import dev.sluice.compiler.syntax.Case.Http;
import dev.sluice.compiler.syntax.Case.Target;
import dev.sluice.compiler.syntax.Case.Token;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.Peer;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/// One attribute of a case with another value. A lower rank is the smaller change: what a request
/// says comes before whom it is addressed to, and that before who sends it.
record Candidate(Rank rank, Change change, UnaryOperator<Case> apply) {

  /// Kinds of attributes, the easiest to change first.
  enum Rank {
    HEADER(0),
    TOKEN(1),
    METHOD(2),
    PATH(3),
    HOST(4),
    TARGET(5),
    ADDRESS(6),
    CLIENT(7);

    private final int effort;

    Rank(int effort) {
      this.effort = effort;
    }

    /// Zero is the smallest.
    int effort() {
      return effort;
    }
  }

  static Candidate method(Http http, String method) {
    return ofHttp(
        Rank.METHOD,
        new Change("request.method", http.method(), method),
        now -> new Http(method, now.host(), now.path(), now.headers(), now.token()));
  }

  static Candidate path(Http http, String path) {
    return ofHttp(
        Rank.PATH,
        new Change("request.path", http.path(), path),
        now -> new Http(now.method(), now.host(), path, now.headers(), now.token()));
  }

  static Candidate host(Http http, String host) {
    return ofHttp(
        Rank.HOST,
        new Change("request.host", http.host(), host),
        now -> new Http(now.method(), host, now.path(), now.headers(), now.token()));
  }

  /// A header with another value, or without it when that is empty.
  static Candidate header(Http http, String name, String value) {
    return ofHttp(
        Rank.HEADER,
        new Change("request.headers." + name, http.headers().getOrDefault(name, ""), value),
        now -> {
          Map<String, String> headers = new HashMap<>(now.headers());
          if (value.isEmpty()) {
            headers.remove(name);
          } else {
            headers.put(name, value);
          }
          return new Http(now.method(), now.host(), now.path(), headers, now.token());
        });
  }

  static Candidate token(Http http, Token token) {
    return ofHttp(
        Rank.TOKEN,
        new Change("request.jwt", words(http.token()), words(token)),
        now -> new Http(now.method(), now.host(), now.path(), now.headers(), token));
  }

  private static Candidate ofHttp(Rank rank, Change change, UnaryOperator<Http> edit) {
    return new Candidate(
        rank, change, asked -> new Case(asked.from(), asked.to(), asked.http().map(edit)));
  }

  static Candidate address(Client client, InetAddress address) {
    return new Candidate(
        Rank.ADDRESS,
        new Change(
            "from.ip",
            client.address().map(InetAddress::getHostAddress).orElse(""),
            address.getHostAddress()),
        asked ->
            new Case(
                new Client(asked.from().peer(), Optional.of(address)), asked.to(), asked.http()));
  }

  static Candidate peer(Client client, Peer peer) {
    return new Candidate(
        Rank.CLIENT,
        new Change("from", words(client.peer()), words(peer)),
        asked -> new Case(new Client(peer, asked.from().address()), asked.to(), asked.http()));
  }

  static Candidate target(Target before, Target after) {
    return new Candidate(
        Rank.TARGET,
        new Change("to", words(before), words(after)),
        asked -> new Case(asked.from(), after, asked.http()));
  }

  private static String words(Peer peer) {
    return switch (peer) {
      case Peer.Identified(var id) -> id.principal();
      case Peer.Anonymous() -> "plaintext";
    };
  }

  static String words(Target target) {
    String kind =
        switch (target) {
          case Target.OfService _ -> "Service ";
          case Target.OfWorkload _ -> "workload ";
        };
    return kind + target.namespace() + "/" + target.name() + " port " + target.port();
  }

  private static String words(Token token) {
    return switch (token) {
      case Token.Absent() -> "";
      case Token.Invalid() -> "invalid";
      case Token.Signed(var claims) -> {
        var sorted = new TreeMap<String, String>();
        claims.values().forEach((name, value) -> sorted.put(name, words(value)));
        yield sorted.toString();
      }
    };
  }

  private static String words(ClaimValue value) {
    return switch (value) {
      case ClaimValue.Text(var text) -> text;
      case ClaimValue.Texts(var texts) -> texts.toString();
      case ClaimValue.Nested(var values) -> values.keySet().stream().sorted().toList().toString();
      case ClaimValue.Other() -> "no text";
    };
  }

  /// How much of the value changes: characters after the common beginning.
  int distance() {
    String before = change.before();
    String after = change.after();
    int common = 0;
    while (common < Math.min(before.length(), after.length())
        && before.charAt(common) == after.charAt(common)) {
      common++;
    }
    return before.length() + after.length() - 2 * common;
  }
}
