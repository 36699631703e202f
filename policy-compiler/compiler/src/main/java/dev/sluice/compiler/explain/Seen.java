package dev.sluice.compiler.explain;

import dev.sluice.compiler.explain.Clause.Subject;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.OperationAttribute;
import dev.sluice.compiler.syntax.AuthorizationPolicySyntax.SourceAttribute;
import dev.sluice.compiler.walk.Hop.Facts;
import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.Connection;
import dev.sluice.engine.policy.HttpRequest;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.Peer;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a proxy sees of a case where a field looks, in words; empty where it sees nothing.
record Seen(Facts facts) {

  String at(Subject subject) {
    return switch (subject) {
      case Subject.Source(var attribute) -> source(attribute);
      case Subject.Operation(var attribute) -> operation(attribute);
      case Subject.Key(var key) -> key(key);
    };
  }

  private String source(SourceAttribute attribute) {
    Connection connection = facts.transport();
    return switch (attribute) {
      case PRINCIPALS -> identity(SpiffeId::principal);
      case NAMESPACES -> identity(SpiffeId::namespace);
      case SERVICE_ACCOUNTS -> identity(id -> id.namespace() + "/" + id.serviceAccount());
      case TRUST_DOMAINS -> identity(id -> id.trustDomain().name());
      case IP_BLOCKS, REMOTE_IP_BLOCKS -> connection.source().getHostAddress();
      case REQUEST_PRINCIPALS -> requestPrincipal();
    };
  }

  private String operation(OperationAttribute attribute) {
    return switch (attribute) {
      case PORTS -> port();
      case HOSTS -> request(HttpRequest::authority);
      case METHODS -> request(HttpRequest::method);
      case PATHS -> request(HttpRequest::path);
    };
  }

  private String key(String key) {
    return switch (key) {
      case "source.ip" -> source(SourceAttribute.IP_BLOCKS);
      case "source.namespace" -> source(SourceAttribute.NAMESPACES);
      case "source.principal" -> source(SourceAttribute.PRINCIPALS);
      case "source.serviceAccount" -> source(SourceAttribute.SERVICE_ACCOUNTS);
      case "source.trustDomain" -> source(SourceAttribute.TRUST_DOMAINS);
      case "destination.port" -> port();
      case "destination.ip" -> facts.transport().workload().address().getHostAddress();
      case "request.auth.principal" -> requestPrincipal();
      case "request.auth.audiences" -> claim(List.of("aud"));
      case "request.auth.presenter" -> claim(List.of("azp"));
      default -> bracketed(key);
    };
  }

  private String bracketed(String key) {
    String header = Keys.header(key);
    if (header != null) {
      String value = request(request -> request.headers().value(header));
      return value.isEmpty() ? "" : value;
    }
    List<String> path = Keys.claim(key);
    return path == null ? "" : claim(path);
  }

  private String port() {
    Connection connection = facts.transport();
    var service = connection.service();
    return String.valueOf(service == null ? connection.workload().port() : service.port());
  }

  private String identity(Function<SpiffeId, String> part) {
    return facts.transport().peer() instanceof Peer.Identified(var id) ? part.apply(id) : "";
  }

  private String request(Function<HttpRequest, @Nullable String> part) {
    String value = facts instanceof Facts.OfRequest(var request) ? part.apply(request) : null;
    return value == null ? "" : value;
  }

  private String requestPrincipal() {
    String issuer = claim(List.of("iss"));
    return issuer.isEmpty() ? "" : issuer + "/" + claim(List.of("sub"));
  }

  private String claim(List<String> path) {
    ClaimValue value =
        facts instanceof Facts.OfRequest(var request)
                && request.credential() instanceof Credential.Valid(var claims)
            ? claims.at(path)
            : null;
    return switch (value) {
      case null -> "";
      case ClaimValue.Text(var text) -> text;
      case ClaimValue.Texts(var texts) -> String.join(", ", texts);
      case ClaimValue.Nested _ -> "an object";
      case ClaimValue.Other _ -> "no text";
    };
  }

  /// Reads the keys of conditions.
  static final class Keys {
    private Keys() {}

    /// The lower-case name in `request.headers[Name]`; null for another key.
    static @Nullable String header(String key) {
      String name = inner(key, "request.headers[");
      return name == null ? null : name.toLowerCase(Locale.ROOT);
    }

    /// The path in `request.auth.claims[a][b]`; null for another key.
    static @Nullable List<String> claim(String key) {
      String path = inner(key, "request.auth.claims[");
      return path == null ? null : List.of(path.split("\\]\\[", -1));
    }

    private static @Nullable String inner(String key, String prefix) {
      return key.startsWith(prefix) && key.endsWith("]")
          ? key.substring(prefix.length(), key.length() - 1)
          : null;
    }
  }
}
