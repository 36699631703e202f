package dev.sluice.engine.policy;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Claims;
import dev.sluice.engine.policy.HttpRequest.Credential;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Evaluates a {@link Condition}: two-valued on an HTTP request, three-valued on a bare connection.
public final class Evaluation {

  private static final List<String> ISSUER = List.of("iss");
  private static final List<String> SUBJECT = List.of("sub");

  private Evaluation() {}

  /// The value of a condition on a bare connection, where L7 leaves are unknown (Kleene logic).
  public enum Truth {
    TRUE,
    FALSE,
    UNKNOWN
  }

  /// Tests a condition on a connection that carries no parsed HTTP request.
  public static Truth test(Condition condition, Connection connection) {
    return switch (condition) {
      case Condition.AllOf(var terms) -> {
        Truth result = Truth.TRUE;
        for (Condition term : terms) {
          Truth truth = test(term, connection);
          if (truth == Truth.FALSE) {
            yield Truth.FALSE;
          }
          result = truth == Truth.UNKNOWN ? Truth.UNKNOWN : result;
        }
        yield result;
      }
      case Condition.AnyOf(var terms) -> {
        Truth result = Truth.FALSE;
        for (Condition term : terms) {
          Truth truth = test(term, connection);
          if (truth == Truth.TRUE) {
            yield Truth.TRUE;
          }
          result = truth == Truth.UNKNOWN ? Truth.UNKNOWN : result;
        }
        yield result;
      }
      case Condition.Not(var term) ->
          switch (test(term, connection)) {
            case TRUE -> Truth.FALSE;
            case FALSE -> Truth.TRUE;
            case UNKNOWN -> Truth.UNKNOWN;
          };
      case Condition.L4 leaf -> matchesLeaf(leaf, connection) ? Truth.TRUE : Truth.FALSE;
      case Condition.L7 _ -> Truth.UNKNOWN;
    };
  }

  /// Whether a condition holds for a request.
  public static boolean matches(Condition condition, HttpRequest request) {
    return switch (condition) {
      case Condition.AllOf(var terms) -> {
        for (Condition term : terms) {
          if (!matches(term, request)) {
            yield false;
          }
        }
        yield true;
      }
      case Condition.AnyOf(var terms) -> {
        for (Condition term : terms) {
          if (matches(term, request)) {
            yield true;
          }
        }
        yield false;
      }
      case Condition.Not(var term) -> !matches(term, request);
      case Condition.L4 leaf -> matchesLeaf(leaf, request.connection());
      case Condition.L7 leaf -> matchesLeaf(leaf, request);
    };
  }

  private static boolean matchesLeaf(Condition.L4 leaf, Connection connection) {
    return switch (leaf) {
      case Condition.Principal(var value) -> {
        SpiffeId id = identity(connection);
        yield id != null && PrincipalText.matches(value, id);
      }
      case Condition.PeerNamespace(var value) -> {
        SpiffeId id = identity(connection);
        yield id != null && value.matches(id.namespace());
      }
      case Condition.PeerServiceAccount(var namespace, var name) -> {
        SpiffeId id = identity(connection);
        yield id != null && id.namespace().equals(namespace) && id.serviceAccount().equals(name);
      }
      case Condition.PeerTrustDomain(var value) -> {
        SpiffeId id = identity(connection);
        yield id != null && value.matches(id.trustDomain().name());
      }
      case Condition.SourceAddress(var block) -> block.contains(connection.source());
      case Condition.WorkloadAddress(var block) -> block.contains(connection.workload().address());
      case Condition.WorkloadPort(int port) -> connection.workload().port() == port;
      case Condition.ServiceAddress(var block) -> {
        var service = connection.service();
        yield service != null && block.contains(service.address());
      }
      case Condition.ServicePort(int port) -> {
        var service = connection.service();
        yield service != null && service.port() == port;
      }
    };
  }

  private static boolean matchesLeaf(Condition.L7 leaf, HttpRequest request) {
    return switch (leaf) {
      case Condition.Host(var value) -> value.matchesIgnoringCase(request.authority());
      case Condition.Method(var value) -> value.matches(request.method());
      case Condition.Path(var value) -> value.matches(request.path());
      case Condition.TemplatedPath(var template) -> template.matches(request.path());
      case Condition.Header(var name, var match) -> {
        String value = request.headers().value(name);
        yield value != null && match.matches(value);
      }
      case Condition.RequestPrincipal(var issuer, var subject) ->
          matchesText(claim(request, ISSUER), issuer)
              && matchesText(claim(request, SUBJECT), subject);
      case Condition.Claim(var path, var value) -> matchesText(claim(request, path), value);
    };
  }

  private static @Nullable SpiffeId identity(Connection connection) {
    return connection.peer() instanceof Peer.Identified(var id) ? id : null;
  }

  private static @Nullable ClaimValue claim(HttpRequest request, List<String> path) {
    return request.credential() instanceof Credential.Valid(Claims claims) ? claims.at(path) : null;
  }

  private static boolean matchesText(@Nullable ClaimValue value, StringMatch match) {
    return switch (value) {
      case null -> false;
      case ClaimValue.Text(var text) -> match.matches(text);
      case ClaimValue.Texts(var texts) -> texts.stream().anyMatch(match::matches);
      case ClaimValue.Nested _, ClaimValue.Other _ -> false;
    };
  }
}
