package dev.sluice.engine.policy;

import dev.sluice.engine.identity.SpiffeId;
import dev.sluice.engine.policy.AuthorizationPolicy.Action;
import dev.sluice.engine.policy.AuthorizationPolicy.Rule;
import dev.sluice.engine.policy.Connection.AddressPort;
import dev.sluice.engine.policy.HttpRequest.ClaimValue;
import dev.sluice.engine.policy.HttpRequest.Claims;
import dev.sluice.engine.policy.HttpRequest.Credential;
import dev.sluice.engine.policy.HttpRequest.Headers;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Small policies, connections and requests that the tests of this package share.
final class Samples {

  static final SpiffeId WEB = SpiffeId.of("cluster.local", "shop", "web");
  static final SpiffeId BATCH = SpiffeId.of("cluster.local", "jobs", "batch");
  static final SpiffeId WAYPOINT = SpiffeId.of("cluster.local", "shop", "waypoint");
  static final Scope NAMESPACE = new Scope.InNamespace("shop");

  private Samples() {}

  static PolicyId id(String name) {
    return new PolicyId("AuthorizationPolicy", "shop", name);
  }

  static AuthorizationPolicy policy(String name, Action action, Condition... rules) {
    var numbered = new ArrayList<Rule>();
    for (Condition rule : rules) {
      numbered.add(new Rule(numbered.size(), rule));
    }
    return new AuthorizationPolicy(id(name), NAMESPACE, action, numbered);
  }

  static PolicySet set(AuthorizationPolicy... policies) {
    return new PolicySet(List.of(policies), List.of(), MtlsRequirement.permissive(), List.of());
  }

  static Connection from(SpiffeId peer) {
    return connection(new Peer.Identified(peer));
  }

  static Connection plaintext() {
    return connection(Peer.anonymous());
  }

  static Connection connection(Peer peer) {
    return new Connection(
        peer,
        InetAddress.ofLiteral("10.0.1.2"),
        new AddressPort(InetAddress.ofLiteral("10.0.2.3"), 8080),
        new AddressPort(InetAddress.ofLiteral("10.96.0.10"), 80));
  }

  static HttpRequest get(String path) {
    return request("GET", path, new Credential.Absent());
  }

  static HttpRequest request(String method, String path, Credential credential) {
    return new HttpRequest(
        from(WEB),
        method,
        "orders.shop:80",
        path,
        Headers.of(Map.of("X-Tenant", "a,b", "x-empty", "")),
        credential);
  }

  static Credential token(Map<String, ClaimValue> claims) {
    return new Credential.Valid(new Claims(claims));
  }

  static ClaimValue text(String value) {
    return new ClaimValue.Text(value);
  }

  static Condition principal(String pattern) {
    return new Condition.Principal(StringMatch.parse(pattern));
  }

  static Condition path(String pattern) {
    return new Condition.Path(StringMatch.parse(pattern));
  }

  static Condition method(String pattern) {
    return new Condition.Method(StringMatch.parse(pattern));
  }

  static Condition all(Condition... terms) {
    return new Condition.AllOf(List.of(terms));
  }

  static Condition any(Condition... terms) {
    return new Condition.AnyOf(List.of(terms));
  }

  static Condition not(Condition term) {
    return new Condition.Not(term);
  }
}
