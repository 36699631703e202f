package dev.sluice.engine.policy;

import java.util.List;

/// A compiled RequestAuthentication: which JSON Web Tokens are valid for its destinations, and
/// where to find them.
public record RequestAuthentication(PolicyId id, Scope scope, List<JwtRule> rules) {

  public RequestAuthentication {
    rules = List.copyOf(rules);
  }

  /// One issuer. `jwks` is the JSON text of a JWK set (RFC 7517); no audience means any is
  /// accepted.
  ///
  /// `locations` empty means the defaults, `Authorization: Bearer` and the query parameter
  /// `access_token`.
  public record JwtRule(
      String issuer,
      List<String> audiences,
      String jwks,
      List<TokenLocation> locations,
      Forwarding forwarding) {
    public JwtRule {
      audiences = List.copyOf(audiences);
      locations = List.copyOf(locations);
    }
  }

  /// Where a token is looked for.
  public sealed interface TokenLocation {
    /// A header whose value starts with `prefix` (possibly empty), the token following.
    record FromHeader(String name, String prefix) implements TokenLocation {}

    /// A query parameter.
    record FromParameter(String name) implements TokenLocation {}

    /// A cookie.
    record FromCookie(String name) implements TokenLocation {}
  }

  /// What the workload gets to see: the token itself, its payload, single claims.
  public record Forwarding(
      OriginalToken originalToken,
      String payloadHeader,
      List<ClaimHeader> claimHeaders,
      List<String> spaceDelimitedClaims) {
    public Forwarding {
      claimHeaders = List.copyOf(claimHeaders);
      spaceDelimitedClaims = List.copyOf(spaceDelimitedClaims);
    }

    /// The defaults: the token is stripped, nothing else is added.
    public static Forwarding none() {
      return new Forwarding(OriginalToken.STRIPPED, "", List.of(), List.of());
    }
  }

  /// A claim copied to a request header; `claim` may be dotted for nesting.
  public record ClaimHeader(String header, String claim) {}

  /// Whether the workload receives the token.
  public enum OriginalToken {
    STRIPPED,
    FORWARDED
  }
}
