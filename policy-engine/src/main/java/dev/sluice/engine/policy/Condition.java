package dev.sluice.engine.policy;

import dev.sluice.engine.identity.TrustDomain;
import java.util.List;

/// What a rule asks of a connection or request: a tree of {@link L4} and {@link L7} leaves.
public sealed interface Condition {

  /// True when every term is; the empty list is true.
  record AllOf(List<Condition> terms) implements Condition {
    public AllOf {
      terms = List.copyOf(terms);
    }
  }

  /// True when at least one term is; the empty list is false.
  record AnyOf(List<Condition> terms) implements Condition {
    public AnyOf {
      terms = List.copyOf(terms);
    }
  }

  /// True when the term is false. A peer without identity therefore satisfies a negated identity.
  record Not(Condition term) implements Condition {}

  /// A leaf that ztunnel can evaluate: it needs the connection and the peer's certificate only.
  sealed interface L4 extends Condition {}

  /// The peer's principal, `cluster.local/ns/shop/sa/web`; never true without identity.
  record Principal(StringMatch value) implements L4 {}

  /// The namespace in the peer's identity; never true without identity.
  record PeerNamespace(StringMatch value) implements L4 {}

  /// The peer's service account by namespace and name; never true without identity.
  record PeerServiceAccount(String namespace, String name) implements L4 {}

  /// The trust domain in the peer's identity; never true without identity.
  record PeerTrustDomain(StringMatch value) implements L4 {
    public static PeerTrustDomain of(TrustDomain trustDomain) {
      return new PeerTrustDomain(new StringMatch.Exact(trustDomain.name()));
    }
  }

  /// The address of the original client.
  record SourceAddress(Cidr block) implements L4 {}

  /// The address of the workload (pod IP).
  record WorkloadAddress(Cidr block) implements L4 {}

  /// The port of the workload (target port of a Service).
  record WorkloadPort(int port) implements L4 {}

  /// The address of the Service the traffic is addressed to; false for direct dials.
  record ServiceAddress(Cidr block) implements L4 {}

  /// The port of the Service the traffic is addressed to; false for direct dials.
  record ServicePort(int port) implements L4 {}

  /// A leaf that needs a parsed HTTP request: only a waypoint can evaluate it.
  sealed interface L7 extends Condition {}

  /// The authority of the request, compared without regard to case; the port is part of it.
  record Host(StringMatch value) implements L7 {}

  /// The method, case-sensitive.
  record Method(StringMatch value) implements L7 {}

  /// The canonical path without query, case-sensitive.
  record Path(StringMatch value) implements L7 {}

  /// The canonical path without query against a template.
  record TemplatedPath(PathTemplate template) implements L7 {}

  /// A request header by lower-case name; repeated headers are joined by commas; absent is false.
  record Header(String name, StringMatch value) implements L7 {}

  /// The `iss` and `sub` claims of a valid token; false without one.
  record RequestPrincipal(StringMatch issuer, StringMatch subject) implements L7 {}

  /// A claim of a valid token by its path: a text, or any element of a list of texts; false without
  /// one.
  record Claim(List<String> path, StringMatch value) implements L7 {
    public Claim {
      path = List.copyOf(path);
    }
  }

  /// Always true.
  static Condition always() {
    return new AllOf(List.of());
  }

  /// Whether any leaf of this tree needs an HTTP request.
  default boolean needsHttp() {
    return switch (this) {
      case AllOf(var terms) -> anyNeedsHttp(terms);
      case AnyOf(var terms) -> anyNeedsHttp(terms);
      case Not(var term) -> term.needsHttp();
      case L4 _ -> false;
      case L7 _ -> true;
    };
  }

  private static boolean anyNeedsHttp(List<Condition> terms) {
    for (Condition term : terms) {
      if (term.needsHttp()) {
        return true;
      }
    }
    return false;
  }
}
