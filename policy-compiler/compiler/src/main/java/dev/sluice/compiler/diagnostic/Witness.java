package dev.sluice.compiler.diagnostic;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// One concrete request that shows what a finding means: who calls what, and what happens to it.
///
/// Its parts are those of a `PolicyTest` case, so that an author can turn it into a test.
public record Witness(Caller from, Destination to, Optional<Request> request, Decision decision) {

  /// A connection without a request: what a TCP client would see.
  public static Witness connection(Caller from, Destination to, Decision decision) {
    return new Witness(from, to, Optional.empty(), decision);
  }

  /// An HTTP request.
  public static Witness request(Caller from, Destination to, Request request, Decision decision) {
    return new Witness(from, to, Optional.of(request), decision);
  }

  /// Who opens the connection.
  public sealed interface Caller {

    /// A client without mTLS, which has no identity.
    record Plaintext() implements Caller {}

    /// A peer with the identity `<trust domain>/ns/<namespace>/sa/<service account>`.
    record Principal(String principal) implements Caller {}
  }

  /// What is dialled.
  public sealed interface Destination {

    /// A Service (`namespace/name`) on one of its own ports.
    record Service(String service, int port) implements Destination {}

    /// A workload (`kind`, `namespace/name`) dialled directly on a port it listens on.
    record Workload(String kind, String workload, int port) implements Destination {}

    /// Destinations that the tree does not name, in words: "any port of …".
    record Described(String words) implements Destination {}
  }

  /// The request of an HTTP connection; `headers` in the order they matter.
  public record Request(String method, String host, String path, Map<String, String> headers) {
    public Request {
      headers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    public static Request of(String method, String host, String path) {
      return new Request(method, host, path, Map.of());
    }
  }

  /// What happens to it.
  public enum Decision {
    ALLOW("may"),
    DENY("may not");

    private final String verb;

    Decision(String verb) {
      this.verb = verb;
    }

    /// The word in `PolicyTest` cases and JSON.
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// The witness in one sentence, for example "any plaintext client may reach port 8080 of
  /// Deployment shop/orders".
  public String sentence() {
    String caller =
        switch (from) {
          case Caller.Plaintext() -> "any plaintext client";
          case Caller.Principal(var principal) -> "`" + principal + "`";
        };
    String place =
        switch (to) {
          case Destination.Service(var service, var port) ->
              "port " + port + " of Service " + service;
          case Destination.Workload(var kind, var workload, var port) ->
              "port " + port + " of " + kind + " " + workload;
          case Destination.Described(var words) -> words;
        };
    return caller
        + " "
        + decision.verb
        + request
            .map(
                r -> " send `" + r.method() + " " + r.host() + r.path() + "`" + headers(r) + " to ")
            .orElse(" reach ")
        + place;
  }

  private static String headers(Request request) {
    return request.headers().isEmpty()
        ? ""
        : " with "
            + String.join(
                ", ",
                request.headers().entrySet().stream()
                    .map(header -> "`" + header.getKey() + ": " + header.getValue() + "`")
                    .toList());
  }
}
