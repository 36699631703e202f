package dev.sluice.compiler.syntax;

import dev.sluice.engine.policy.HttpRequest.Claims;
import dev.sluice.engine.policy.Peer;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/// One question about access: may this client make this request to that target?
///
/// Without `http` it is a TCP connection. Names are as written; whether they exist is found out by
/// who answers.
public record Case(Client from, Target to, Optional<Http> http) {

  /// Who asks. An address that is not given must not matter to the answer.
  public record Client(Peer peer, Optional<InetAddress> address) {}

  /// What is dialled; `address` is the one dialled, a Service's or a pod's, where it is known.
  public sealed interface Target {
    String namespace();

    String name();

    int port();

    Optional<InetAddress> address();

    /// A port of a Service.
    record OfService(String namespace, String name, int port, Optional<InetAddress> address)
        implements Target {}

    /// A workload port, dialled at the pod: by the name of the workload or of one of its pods.
    record OfWorkload(String namespace, String name, int port, Optional<InetAddress> address)
        implements Target {}
  }

  /// An HTTP request. An empty `host` is the DNS name of the target; `path` is as sent and may have
  /// a query.
  public record Http(
      String method, String host, String path, Map<String, String> headers, Token token) {
    public Http {
      headers = Map.copyOf(headers);
    }

    /// `GET /` without anything else.
    public static Http plain() {
      return new Http("GET", "", "/", Map.of(), new Token.Absent());
    }
  }

  /// The token of a request, wherever the target's RequestAuthentication looks for it.
  public sealed interface Token {
    /// None.
    record Absent() implements Token {}

    /// One with these claims that is signed by its issuer and in time. Without the claim `aud` it
    /// is for whatever audience is asked for.
    record Signed(Claims claims) implements Token {}

    /// One that fails validation.
    record Invalid() implements Token {}
  }
}
