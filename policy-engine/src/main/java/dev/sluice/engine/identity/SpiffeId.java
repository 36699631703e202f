package dev.sluice.engine.identity;

import java.util.Optional;

/// The identity of a workload: `spiffe://<trust domain>/ns/<namespace>/sa/<service account>`.
///
/// Only this exact shape is an identity; a peer with any other URI SAN has none, as in Istio.
public record SpiffeId(TrustDomain trustDomain, String namespace, String serviceAccount) {

  private static final String SCHEME = "spiffe://";
  private static final String NAMESPACE = "/ns/";
  private static final String ACCOUNT = "/sa/";

  /// @throws IllegalArgumentException when a segment is empty or holds a `/`
  public SpiffeId {
    if (!isSegment(namespace) || !isSegment(serviceAccount)) {
      throw new IllegalArgumentException(
          "invalid identity segments `" + namespace + "`, `" + serviceAccount + "`");
    }
  }

  public static SpiffeId of(String trustDomain, String namespace, String serviceAccount) {
    return new SpiffeId(new TrustDomain(trustDomain), namespace, serviceAccount);
  }

  /// Parses a URI such as `spiffe://cluster.local/ns/shop/sa/web`; empty when it has another shape.
  public static Optional<SpiffeId> parse(String uri) {
    if (!uri.startsWith(SCHEME)) {
      return Optional.empty();
    }
    return parsePrincipal(uri.substring(SCHEME.length()));
  }

  /// Parses the form without scheme, `cluster.local/ns/shop/sa/web`.
  public static Optional<SpiffeId> parsePrincipal(String principal) {
    int domainEnd = principal.indexOf('/');
    if (domainEnd < 0 || !principal.startsWith(NAMESPACE, domainEnd)) {
      return Optional.empty();
    }
    int namespaceEnd = principal.indexOf('/', domainEnd + NAMESPACE.length());
    if (namespaceEnd < 0 || !principal.startsWith(ACCOUNT, namespaceEnd)) {
      return Optional.empty();
    }
    String domain = principal.substring(0, domainEnd);
    String namespace = principal.substring(domainEnd + NAMESPACE.length(), namespaceEnd);
    String account = principal.substring(namespaceEnd + ACCOUNT.length());
    return TrustDomain.isValid(domain) && isSegment(namespace) && isSegment(account)
        ? Optional.of(new SpiffeId(new TrustDomain(domain), namespace, account))
        : Optional.empty();
  }

  /// The URI form, `spiffe://cluster.local/ns/shop/sa/web`.
  public String uri() {
    return SCHEME + principal();
  }

  /// The form policies use, without the scheme: `cluster.local/ns/shop/sa/web`.
  public String principal() {
    return trustDomain.name() + "/ns/" + namespace + "/sa/" + serviceAccount;
  }

  private static boolean isSegment(String text) {
    if (text.isEmpty() || text.length() > 253) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '/' || c <= ' ' || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return uri();
  }
}
